import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

async function patch(id: number, body: unknown, ifMatch?: string, query = '') {
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  return test.api.send('PATCH', `/jobs/${id}${query}`, body, headers);
}

describe('PATCH /jobs/:id', () => {
  it('changes what it names and leaves the rest', async () => {
    const job = await test.api.createJob({ description: 'old', labels: { a: '1' } });

    const { status, headers, body } = await patch(job.id, { description: 'new' });

    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toEqual({
      ...job,
      description: 'new',
      revision: 2,
      updatedAt: expect.any(String),
    });
    expect(body.updatedAt >= job.updatedAt).toBe(true);
    expect((await test.api.get(`/jobs/${job.id}`)).body).toEqual(body);
  });

  it('clears with null what can be empty', async () => {
    const { id } = await test.api.createJob({
      key: 'mine',
      description: 'text',
      payload: { a: 1 },
      startAt: '2031-01-01T00:00:00Z',
      endAt: '2032-01-01T00:00:00Z',
    });
    const nothing = { key: null, description: null, payload: null, startAt: null, endAt: null };

    const { body } = await patch(id, nothing);

    expect(body).toMatchObject(nothing);
    expect((await test.api.get(`/jobs/${id}`)).body).toMatchObject(nothing);
  });

  it('merges dst and retry field by field', async () => {
    const { id } = await test.api.createJob({ dst: { gap: 'skip' }, retry: { maxAttempts: 3 } });

    await patch(id, { dst: { overlap: 'both' } });
    const { body } = await patch(id, { retry: { jitter: 0 } });

    expect(body.dst).toEqual({ gap: 'skip', overlap: 'both' });
    expect(body.retry).toMatchObject({ maxAttempts: 3, jitter: 0, backoff: 'exponential' });
  });

  it('replaces labels and payload as a whole', async () => {
    const { id } = await test.api.createJob({
      labels: { a: '1', b: '2' },
      payload: { a: 1, b: 2 },
    });

    const { body } = await patch(id, { labels: { c: '3' }, payload: { c: 3 } });

    expect(body).toMatchObject({ labels: { c: '3' }, payload: { c: 3 } });
    expect(Object.keys(body.labels)).toEqual(['c']);
    expect(body.payload).toEqual({ c: 3 });
  });

  it('moves the next instant with the schedule, and only forward', async () => {
    const job = await test.api.createJob({ schedule: '0 3 * * *' });

    const { body } = await patch(job.id, { schedule: '@at 2031-01-01T00:00:00Z' });

    expect(body).toMatchObject({
      nextRun: '2031-01-01T00:00:00.000Z',
      scheduleText: 'Once, at 2031-01-01T00:00:00.000Z',
    });
  });

  it('pauses and resumes', async () => {
    const { id, nextRun } = await test.api.createJob();

    const paused = await patch(id, { isActive: false });
    const resumed = await patch(id, { isActive: true });

    expect(paused.body).toMatchObject({ isActive: false, nextRun: null, upcoming: [] });
    expect(resumed.body).toMatchObject({ isActive: true, nextRun, revision: 3 });
  });

  it('checks the payload against the type that the job will have', async () => {
    const { id } = await test.api.createJob({ payload: { text: 'hello' } });
    const before = await stored(test.database);

    const answer = await patch(id, { type: 'http' });

    expectProblem(answer, 400, { path: 'payload.url', message: 'is required' });
    expect(await stored(test.database)).toEqual(before);
    const both = { type: 'http', payload: { url: 'https://example.org' } };
    expect(await patch(id, both)).toMatchObject({ status: 200, body: both });
  });

  it('cannot take the key of another job', async () => {
    await test.api.createJob({ key: 'taken' });
    const { id } = await test.api.createJob({ key: 'mine' });

    expectProblem(await patch(id, { key: 'taken' }), 409, { code: 'JOB_KEY_TAKEN' });
    expect((await patch(id, { key: 'mine' })).status).toBe(200);
    expect((await patch(id, { key: 'other' })).body.key).toBe('other');
  });
});

describe('If-Match', () => {
  it.each(['"1"', '*', ' * ', '"7", "1"', '"1" , "7"', 'W/"7", "1"'])(
    'lets %s pass',
    async (tag) => {
      const { id } = await test.api.createJob();

      const answer = await patch(id, { name: 'new' }, tag);

      expect(answer).toMatchObject({ status: 200, body: { name: 'new', revision: 2 } });
    },
  );

  it.each(['"2"', '"0"', '"01"', '1', 'W/"1"', '""', '', '"1', '"*"', '"99999999999"', '"1" "1"'])(
    'stops %j, and nothing changes',
    async (tag) => {
      const { id } = await test.api.createJob();
      const before = await stored(test.database);

      const answer = await patch(id, { name: 'new' }, tag);

      expectProblem(answer, 412, { code: 'REVISION_MISMATCH', message: 'revision "1"' });
      expect(await stored(test.database)).toEqual(before);
    },
  );

  it('lets one of twenty changes through that all start from the same revision', async () => {
    const { id } = await test.api.createJob();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => patch(id, { name: `from ${n}` }, '"1"')),
    );

    const winners = answers.filter(({ status }) => status === 200);
    const { body } = await test.api.get<JobJson>(`/jobs/${id}`);
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19);
    expect(body).toMatchObject({ name: winners[0]?.body.name, revision: 2 });
  });

  it('loses no change when twenty come without it', async () => {
    const { id } = await test.api.createJob();

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => patch(id, { description: `from ${n}` })),
    );

    const revisions = answers.map(({ body }) => body.revision).sort((a, b) => a - b);
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });
});

describe('PATCH /jobs/:id?dryRun=true', () => {
  it('tells the next ten instants before and after, and changes nothing', async () => {
    const job = await test.api.createJob({ schedule: '0 3 * * *' });
    const before = await stored(test.database);

    const answer = await test.api.send<{ before: string[]; after: string[] }>(
      'PATCH',
      `/jobs/${job.id}?dryRun=true`,
      { schedule: '30 4 * * *' },
    );

    expect(answer.status).toBe(200);
    expect(answer.body.before).toHaveLength(10);
    expect(answer.body.before.slice(0, 5)).toEqual(job.upcoming);
    expect(answer.body.after).toHaveLength(10);
    expect(answer.body.after.every((instant) => instant.includes('T04:30:00.000Z'))).toBe(true);
    expect(await stored(test.database)).toEqual(before);
  });

  it('has nothing ahead for a job that is, or would be, paused', async () => {
    const { id } = await test.api.createJob();

    const { body } = await patch(id, { isActive: false }, undefined, '?dryRun=true');

    expect(body).toEqual({ before: Array(10).fill(expect.any(String)), after: [] });
  });

  it('refuses what the change itself would be refused for', async () => {
    const { id } = await test.api.createJob();
    const before = await stored(test.database);

    const wrong = await patch(id, { schedule: '61 * * * *' }, undefined, '?dryRun=true');
    const stale = await patch(id, {}, '"9"', '?dryRun=true');

    expectProblem(wrong, 400, { path: 'schedule', message: 'got 61' });
    expectProblem(stale, 412, { code: 'REVISION_MISMATCH' });
    expect(await stored(test.database)).toEqual(before);
  });

  it('is a change when it says false', async () => {
    const { id } = await test.api.createJob();

    const { body } = await patch(id, { name: 'new' }, undefined, '?dryRun=false');

    expect(body).toMatchObject({ name: 'new', revision: 2 });
  });
});

describe('PUT /jobs/by-key/:key', () => {
  const job = { name: 'nightly', schedule: '0 3 * * *', labels: { a: '1' } };

  async function put(body: unknown, headers: Record<string, string> = {}, key = 'mine') {
    return test.api.send('PUT', `/jobs/by-key/${key}`, body, headers);
  }

  it('creates at first, and answers the same job from then on', async () => {
    const first = await put(job);
    const second = await put(job);

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(first.body).toMatchObject({ ...job, key: 'mine', revision: 1 });
    expect(second.body).toMatchObject({ ...job, key: 'mine', id: first.body.id });
    expect(second.headers.get('etag')).toBe(`"${second.body.revision}"`);
  });

  it('gives what the body leaves out its default', async () => {
    await put({ ...job, description: 'old', timeoutMs: 500 });

    const { body } = await put({ name: 'new', schedule: '@hourly' });

    expect(body).toMatchObject({
      name: 'new',
      description: null,
      timeoutMs: 30_000,
      labels: {},
      key: 'mine',
    });
  });

  it('takes the key from the path, and no other', async () => {
    const same = await put({ ...job, key: 'mine' });
    const other = await put({ ...job, key: 'other' });

    expect(same.status).toBe(201);
    expectProblem(other, 400, { path: 'key', message: 'must be the key in the path' });
    expect(await test.database.query('SELECT key FROM jobs')).toEqual([{ key: 'mine' }]);
  });

  it('makes one job when ten want to create it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put({ ...job, description: `from ${n}` })),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(9).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await test.database.query('SELECT revision FROM jobs')).toEqual([{ revision: 10 }]);
  });

  it('heeds If-Match, and creates nothing with it', async () => {
    expectProblem(await put(job, { 'if-match': '*' }), 412, { code: 'REVISION_MISMATCH' });
    await put(job);

    expectProblem(await put(job, { 'if-match': '"2"' }), 412, { code: 'REVISION_MISMATCH' });
    expect((await put(job, { 'if-match': '"1"' })).status).toBe(200);
  });

  it('leaves a paused job paused, unless it is told otherwise', async () => {
    const { body } = await put(job);
    await test.api.send('PATCH', `/jobs/${body.id}`, { isActive: false });

    expect((await put({ ...job, description: 'new' })).body.isActive).toBe(false);
    expect((await put({ ...job, isActive: true })).body.isActive).toBe(true);
  });

  it('creates a new job for a key whose job was deleted', async () => {
    const { body } = await put(job);
    await test.api.send('DELETE', `/jobs/${body.id}`);

    const again = await put(job);

    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(body.id);
  });

  it('requires what creating requires, also when the job is there', async () => {
    await put(job);

    expectProblem(await put({ name: 'only' }), 400, { path: 'schedule', message: 'is required' });
  });
});
