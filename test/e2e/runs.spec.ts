import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nextOf, openApi, type RunJson, type TestApi } from '../support/api.ts';
import type { TestDatabase } from '../support/database.ts';
import { expectProblem } from '../support/problems.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

/** Runs of two jobs, some at the same instant, some by hand; of every status and trigger. */
async function insertRuns(database: TestDatabase, count: number): Promise<void> {
  await database.query(
    `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger, reason)
     SELECT 1 + n % 2, timestamptz '2026-01-01' + n / 4 * interval '1 minute', n % 4 / 2, 1,
            (enum_range(NULL::run_status))[1 + n % 8], (enum_range(NULL::run_trigger))[1 + n % 6],
            CASE WHEN n % 8 = 5 THEN 'overlap' END
       FROM generate_series(0, $1 - 1) AS n`,
    [count],
  );
}

async function ids(path: string): Promise<string[]> {
  const pages = await test.api.pages<RunJson>(path);
  return pages.flatMap(({ body }) => body.map(({ id }) => id));
}

/** Newest first: by instant, job and ordinal. */
function newestFirst(runs: string[]): string[] {
  const parts = (id: string): number[] => {
    const [job = 0, instant = 0, ordinal = 0] = id.split('-').map(Number);
    return [instant, job, ordinal];
  };
  const compare = (a: number[], b: number[]): number =>
    b.map((part, index) => part - (a[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return [...runs].sort((a, b) => compare(parts(a), parts(b)));
}

describe('GET /runs', () => {
  it('is empty at first', async () => {
    const answer = await test.api.get('/runs');

    expect([answer.status, answer.body, answer.headers.get('link')]).toEqual([200, [], null]);
  });

  it.each([1, 3, 7, 1_000])('walks all runs, newest first, %d at a time', async (limit) => {
    await insertRuns(test.database, 23);

    const seen = await ids(`/runs?limit=${limit}`);

    expect(seen).toHaveLength(23);
    expect(new Set(seen).size).toBe(23);
    expect(seen).toEqual(newestFirst(seen));
  });

  it('repeats and misses none while new ones come', async () => {
    await insertRuns(test.database, 12);
    const before = await ids('/runs');

    const seen: string[] = [];
    let next: string | undefined = '/runs?limit=2';
    for (let n = 0; next !== undefined; n += 1) {
      const page = await test.api.get<RunJson[]>(next);
      seen.push(...page.body.map(({ id }) => id));
      next = nextOf(page);
      await test.database.query(
        `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger)
         VALUES (9, timestamptz '2026-02-01' + $1 * interval '1 s', 1, 'queued', 'manual')`,
        [n],
      );
    }

    expect(seen).toEqual(before);
  });

  it.each([
    ['status=failed', (run: RunJson) => run.status === 'failed'],
    ['status=failed,lost', (run: RunJson) => ['failed', 'lost'].includes(run.status)],
    ['status=failed&status=lost', (run: RunJson) => ['failed', 'lost'].includes(run.status)],
    ['trigger=manual', (run: RunJson) => run.trigger === 'manual'],
    ['job=2', (run: RunJson) => run.jobId === 2],
    ['job=77', () => false],
    ['reason=overlap', (run: RunJson) => run.reason === 'overlap'],
    ['from=2026-01-01T00:05:00Z', (run: RunJson) => run.scheduledFor >= '2026-01-01T00:05'],
    ['from=2026-01-01T00:05Z', (run: RunJson) => run.scheduledFor >= '2026-01-01T00:05'],
    ['to=2026-01-01T01:02:00%2B01:00', (run: RunJson) => run.scheduledFor <= '2026-01-01T00:02:01'],
    [
      'from=2026-01-01T00:01:00Z&to=2026-01-01T00:01:00.000Z',
      (run: RunJson) => run.scheduledFor === '2026-01-01T00:01:00.000Z',
    ],
    ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', () => false],
    ['job=1&status=queued,running&trigger=chain', (run: RunJson) => run.id === 'none'],
  ] as const)('finds by %s', async (query, matches) => {
    await insertRuns(test.database, 48);
    const { body: all } = await test.api.get<RunJson[]>('/runs?limit=1000');

    const found = await ids(`/runs?${query}&limit=5`);

    const expected = all.filter((run) => matches(run));
    if (!query.includes('chain')) expect(found).toEqual(expected.map(({ id }) => id));
    expect(found.length).toBeLessThan(48);
  });

  it('keeps the filters in the link', async () => {
    await insertRuns(test.database, 16);

    const page = await test.api.get('/runs?job=1&status=planned,running&limit=1');

    const query = new URL(nextOf(page) ?? '', test.service.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      job: '1',
      status: 'planned,running',
      limit: '1',
      cursor: expect.any(String),
    });
  });
});

describe('GET /jobs/:id/runs', () => {
  it('lists the runs of that job only, by pages', async () => {
    await test.api.createJob();
    await insertRuns(test.database, 20);

    const pages = await test.api.pages<RunJson>('/jobs/1/runs?limit=3');

    const runs = pages.flatMap(({ body }) => body);
    expect(pages.map(({ body }) => body.length)).toEqual([3, 3, 3, 1]);
    expect(runs.every(({ jobId }) => jobId === 1)).toBe(true);
    expect(nextOf(pages[0]!)).toMatch(/^\/jobs\/1\/runs\?limit=3&cursor=/);
  });

  it('is empty for a job that has not run, and for one that was deleted before it did', async () => {
    const { id } = await test.api.createJob();

    expect((await test.api.get(`/jobs/${id}/runs`)).body).toEqual([]);
    await test.api.send('DELETE', `/jobs/${id}`);
    expect((await test.api.get(`/jobs/${id}/runs`)).body).toEqual([]);
  });

  it('knows nothing of a job that never was', async () => {
    expectProblem(await test.api.get('/jobs/7/runs'), 404, { code: 'JOB_NOT_FOUND', message: '7' });
  });
});

describe('GET /runs/:id', () => {
  it('shows attempts, times, result and log of a run', async () => {
    const earlier = {
      attempt: 1,
      startedAt: '2026-01-01T00:00:00.007Z',
      finishedAt: '2026-01-01T00:00:01.000Z',
      outcome: 'retry',
      error: 'HTTP 503',
      worker: 'host-1',
    };
    await test.database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, revision, attempt,
                         queued_at, started_at, finished_at, worker, result, log, attempts)
       VALUES (5, '2026-01-01T00:00:00Z', 1, 'succeeded', 'schedule', 3, 2, '2026-01-01T00:00:01Z',
               '2026-01-01T00:00:02.000Z', '2026-01-01T00:00:02.250Z', 'host-2', '{"status":200}',
               '["hello"]', $1)`,
      [JSON.stringify([earlier])],
    );

    const { status, body } = await test.api.get<RunJson>('/runs/5-1767225600000');

    expect(status).toBe(200);
    expect(body).toEqual({
      id: '5-1767225600000',
      jobId: 5,
      jobRevision: 3,
      status: 'succeeded',
      trigger: 'schedule',
      reason: null,
      cause: null,
      scheduledFor: '2026-01-01T00:00:00.000Z',
      nominalFor: '2026-01-01T00:00:00.000Z',
      queuedAt: '2026-01-01T00:00:01.000Z',
      startedAt: '2026-01-01T00:00:02.000Z',
      finishedAt: '2026-01-01T00:00:02.250Z',
      latenessMs: 7,
      durationMs: 250,
      attempt: 2,
      attempts: [
        earlier,
        {
          attempt: 2,
          startedAt: '2026-01-01T00:00:02.000Z',
          finishedAt: '2026-01-01T00:00:02.250Z',
          outcome: 'succeeded',
          error: null,
          worker: 'host-2',
        },
      ],
      error: null,
      result: { status: 200 },
      log: ['hello'],
      rangeFrom: null,
      rangeTo: null,
      count: null,
    });
  });

  it('shows the instant that the schedule names, and the run that has started it', async () => {
    const cause = { runId: '4-1', jobId: 4, status: 'succeeded', result: [1] };
    await test.database.query(
      `INSERT INTO runs (job_id, scheduled_for, nominal_for, namespace_id, status, trigger, cause)
       VALUES (5, '2026-01-01T00:10:00Z', '2026-01-01T00:00:00Z', 1, 'queued', 'chain', $1)`,
      [{ ...cause, depth: 1 }],
    );

    const { body } = await test.api.get<RunJson>('/runs/5-1767226200000');

    expect(body).toMatchObject({
      scheduledFor: '2026-01-01T00:10:00.000Z',
      nominalFor: '2026-01-01T00:00:00.000Z',
    });
    expect(body.cause).toEqual(cause);
  });

  it('shows a range of skipped instants as one row', async () => {
    await test.database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, reason, finished_at,
                         range_from, range_to, range_count)
       VALUES (5, '2026-01-01T00:09:00Z', 1, 'skipped', 'schedule', 'missed', now(),
               '2026-01-01T00:00:00Z', '2026-01-01T00:09:00Z', 10)`,
    );

    const { body } = await test.api.get<RunJson>('/runs/5-1767226140000');

    expect(body).toMatchObject({
      status: 'skipped',
      reason: 'missed',
      rangeFrom: '2026-01-01T00:00:00.000Z',
      rangeTo: '2026-01-01T00:09:00.000Z',
      count: 10,
      attempt: 0,
      attempts: [],
      latenessMs: null,
      durationMs: null,
      log: [],
    });
  });
});

describe('GET /runs/:id/log', () => {
  async function insertRun(status: string, log: string[] | null): Promise<void> {
    await test.database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, log)
       VALUES (5, '2026-01-01T00:00:00Z', 1, $1, 'schedule', $2)`,
      [status, log && JSON.stringify(log)],
    );
  }

  it.each([
    ['succeeded', ['one', 'two'], true],
    ['cancelled', null, true],
    ['skipped', null, true],
    ['queued', ['of the attempt before'], false],
    ['running', null, false],
    ['planned', null, false],
  ] as const)('has the lines of a run, and whether these are all: %s', async (...run) => {
    const [status, lines, complete] = run;
    await insertRun(status, lines && [...lines]);

    const answer = await test.api.get('/runs/5-1767225600000/log');

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ lines: lines ?? [], complete });
  });

  it('is nothing for a run that there is not', async () => {
    expectProblem(await test.api.get('/runs/5-1/log'), 404, { code: 'RUN_NOT_FOUND' });
    expectProblem(await test.api.get('/runs/x/log'), 400, { path: 'id', message: 'such as' });
  });
});
