import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JobJson, openApi, type RunJson, type TestApi } from '../support/api.ts';
import { expectProblem } from '../support/problems.ts';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const CORE = [
  'id',
  'name',
  'description',
  'schedule',
  'isActive',
  'lastRun',
  'nextRun',
  'createdAt',
  'updatedAt',
];

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

describe('POST /jobs', () => {
  it('registers a job from a name and a schedule, and tells all its defaults', async () => {
    const answer = await test.api.send('POST', '/jobs', { name: 'nightly', schedule: '0 3 * * *' });

    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('location')).toBe('/jobs/1');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body).toEqual({
      id: 1,
      key: null,
      name: 'nightly',
      description: null,
      type: 'log',
      payload: null,
      schedule: '0 3 * * *',
      scheduleText: 'At 03:00 (UTC)',
      timezone: 'UTC',
      dst: { gap: 'shift', overlap: 'first' },
      startAt: null,
      endAt: null,
      maxRuns: null,
      spreadSeconds: 0,
      calendar: null,
      missed: { policy: 'once', maxAgeSeconds: 86_400, maxCount: 100 },
      overlap: 'skip',
      retry: {
        maxAttempts: 1,
        backoff: 'exponential',
        initialDelayMs: 1_000,
        maxDelayMs: 300_000,
        jitter: 0.2,
        onLost: 'retry',
      },
      timeoutMs: 30_000,
      priority: 0,
      autoPauseAfter: null,
      onSuccess: [],
      onFailure: [],
      onFinish: [],
      labels: {},
      isActive: true,
      pausedReason: null,
      pausedUntil: null,
      runCount: 0,
      lastRun: null,
      nextRun: INSTANT,
      upcoming: Array<unknown>(5).fill(INSTANT),
      revision: 1,
      createdAt: INSTANT,
      updatedAt: INSTANT,
    });
    expect(answer.body.nextRun).toBe(answer.body.upcoming?.[0]);
    expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(CORE));
  });

  it('keeps every field that may be given', async () => {
    const fields = {
      key: 'report:nightly',
      name: 'report',
      description: 'Numbers of the day',
      type: 'http',
      payload: { url: 'https://example.org/report', method: 'POST', body: { a: [1, null] } },
      schedule: '30 2 * * *',
      timezone: 'Europe/Berlin',
      dst: { gap: 'skip', overlap: 'both' },
      startAt: '2031-01-01T00:00:00.000Z',
      endAt: '2032-01-01T00:00:00.000Z',
      maxRuns: 100,
      spreadSeconds: 0,
      calendar: null,
      missed: { policy: 'all', maxAgeSeconds: 3_600, maxCount: 7 },
      overlap: 'queue',
      retry: {
        maxAttempts: 5,
        backoff: 'fixed',
        initialDelayMs: 10,
        maxDelayMs: 20,
        jitter: 0,
        onLost: 'fail',
      },
      timeoutMs: 5_000,
      priority: -7,
      autoPauseAfter: 3,
      labels: { team: 'billing', 'app/tier': 'back end' },
      isActive: true,
    };

    const { body } = await test.api.send('POST', '/jobs', fields);

    expect(body).toMatchObject(fields);
    expect(body.nextRun).toBe('2031-01-01T01:30:00.000Z');
    expect((await test.api.get<JobJson>(`/jobs/${body.id}`)).body).toEqual(body);
  });

  it('registers a job that is paused from the start, without a next instant', async () => {
    const job = await test.api.createJob({ isActive: false });

    expect(job).toMatchObject({ isActive: false, nextRun: null, upcoming: [], pausedReason: null });
  });

  it('lets a paused job have a schedule that is over', async () => {
    const job = await test.api.createJob({
      isActive: false,
      schedule: '@at 2020-01-01T00:00:00Z',
    });

    expect(job).toMatchObject({ isActive: false, nextRun: null });
  });

  it('takes each kind of schedule', async () => {
    const schedules = [
      '*/10 * * * * *',
      '@weekly',
      '@every 1h30m',
      '@at 2031-01-31T09:00:00Z',
      '0 9 * JAN MON-FRI',
      '0 0 L * *',
    ];

    const jobs = await Promise.all(schedules.map((schedule) => test.api.createJob({ schedule })));

    expect(jobs.map(({ schedule }) => schedule)).toEqual(schedules);
    expect(jobs.every(({ nextRun }) => nextRun !== null)).toBe(true);
    expect(jobs[3]?.upcoming).toEqual(['2031-01-31T09:00:00.000Z']);
  });

  it('lets a key name one job only', async () => {
    await test.api.createJob({ key: 'mine' });

    const second = await test.api.send('POST', '/jobs', {
      name: 'b',
      schedule: '@daily',
      key: 'mine',
    });

    expectProblem(second, 409, { code: 'JOB_KEY_TAKEN', message: 'mine' });
    expect(await test.database.query('SELECT id FROM jobs')).toHaveLength(1);
  });

  it('lets one of ten win when they all want the same key', async () => {
    const body = { name: 'a', schedule: '@daily', key: 'mine' };

    const answers = await Promise.all(
      Array.from({ length: 10 }, () => test.api.send('POST', '/jobs', body)),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(9).fill(409)]);
  });
});

describe('GET /jobs/:id', () => {
  it('shows the job with its revision as ETag', async () => {
    const job = await test.api.createJob();

    const answer = await test.api.get<JobJson>(`/jobs/${job.id}`);

    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
    expect(answer.body).toEqual(job);
  });

  it('answers HEAD without a body', async () => {
    const job = await test.api.createJob();

    const answer = await test.api.send('HEAD', `/jobs/${job.id}`);

    expect([answer.status, answer.headers.get('etag'), answer.text]).toEqual([200, '"1"', '']);
  });

  it('still shows a job whose time zone has been dropped from the data, and lets it be mended', async () => {
    const { id } = await test.api.createJob();
    await test.database.query(`UPDATE jobs SET timezone = 'Mars/Olympus' WHERE id = $1`, [id]);

    const list = await test.api.get<JobJson[]>('/jobs');
    const one = await test.api.get<JobJson>(`/jobs/${id}`);
    const upcoming = await test.api.get<{ upcoming: unknown[] }>(`/jobs/${id}/upcoming`);
    const mended = await test.api.send('PATCH', `/jobs/${id}`, { timezone: 'Europe/Paris' });

    expect(list.body).toEqual([expect.objectContaining({ id, nextRun: null })]);
    expect(one.body).toMatchObject({ id, timezone: 'Mars/Olympus', nextRun: null, upcoming: [] });
    expect([upcoming.status, upcoming.body.upcoming]).toEqual([200, []]);
    expect(mended).toMatchObject({ status: 200, body: { nextRun: INSTANT } });
  });
});

describe('DELETE /jobs/:id', () => {
  it('answers the job as it was, and forgets it', async () => {
    const job = await test.api.createJob({ key: 'mine' });

    const answer = await test.api.send('DELETE', `/jobs/${job.id}`);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: job.id, name: job.name, key: 'mine', isActive: true });
    for (const [method, path] of [
      ['GET', `/jobs/${job.id}`],
      ['PATCH', `/jobs/${job.id}`],
      ['DELETE', `/jobs/${job.id}`],
      ['POST', `/jobs/${job.id}/trigger`],
      ['GET', `/jobs/${job.id}/upcoming`],
    ] as const) {
      expectProblem(await test.api.send(method, path), 404, { code: 'JOB_NOT_FOUND' });
    }
    expect((await test.api.get('/jobs')).body).toEqual([]);
  });

  it('sets its key free', async () => {
    const { id } = await test.api.createJob({ key: 'mine' });
    await test.api.send('DELETE', `/jobs/${id}`);

    const next = await test.api.createJob({ key: 'mine' });

    expect(next.id).not.toBe(id);
  });

  it('cancels what waits, and keeps the history readable', async () => {
    const { id } = await test.api.createJob();
    await test.api.send('POST', `/jobs/${id}/trigger`);

    await test.api.send('DELETE', `/jobs/${id}`);

    const history = await test.api.get<RunJson[]>(`/jobs/${id}/runs`);
    const [run] = history.body;
    expect([history.status, history.body.length]).toEqual([200, 1]);
    expect(run).toMatchObject({ status: 'cancelled', reason: 'deleted', finishedAt: INSTANT });
    expect((await test.api.get<RunJson>(`/runs/${run?.id}`)).body).toEqual(run);
    expect((await test.api.get<RunJson[]>('/runs')).body).toEqual([run]);
  });

  it('lets one of five win', async () => {
    const { id } = await test.api.createJob();

    const answers = await Promise.all(
      Array.from({ length: 5 }, () => test.api.send('DELETE', `/jobs/${id}`)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
  });

  it('heeds If-Match', async () => {
    const { id } = await test.api.createJob();

    const stale = await test.api.send('DELETE', `/jobs/${id}`, undefined, { 'if-match': '"7"' });
    const fresh = await test.api.send('DELETE', `/jobs/${id}`, undefined, { 'if-match': '"1"' });

    expectProblem(stale, 412, { code: 'REVISION_MISMATCH', message: '"1"' });
    expect(fresh.status).toBe(200);
  });

  it('works for a job whose time zone has been dropped from the data', async () => {
    const { id } = await test.api.createJob();
    await test.database.query(`UPDATE jobs SET timezone = 'Mars/Olympus' WHERE id = $1`, [id]);

    expect((await test.api.send('DELETE', `/jobs/${id}`)).status).toBe(200);
  });
});
