import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

interface RevisionJson {
  revision: number;
  action: string;
  actor: string;
  at: string;
  changes: { path: string; from?: unknown; to?: unknown }[];
}

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

async function restore(
  id: number,
  revision: number | string,
  {
    query = '',
    headers = {},
    body,
  }: { query?: string; headers?: Record<string, string>; body?: unknown } = {},
) {
  return test.api.send('POST', `/jobs/${id}/revisions/${revision}/restore${query}`, body, headers);
}

/** A job that has been renamed so often. */
async function aRenamedJob(times: number): Promise<JobJson> {
  let job = await test.api.createJob({ name: 'name 1' });
  for (let revision = 2; revision <= times + 1; revision += 1) {
    const name = `name ${revision}`;
    ({ body: job } = await test.api.send('PATCH', `/jobs/${job.id}`, { name }));
  }
  return job;
}

describe('GET /jobs/:id/revisions', () => {
  it('lists what was changed by whom and when, newest first', async () => {
    const job = await test.api.createJob({ payload: { to: { name: 'a' } } });
    await test.api.send('PATCH', `/jobs/${job.id}`, { payload: { to: { name: 'b' } } });
    const { body: paused } = await test.api.send('POST', `/jobs/${job.id}/pause`, {
      reason: 'why',
    });

    const { status, body, headers } = await test.api.get<RevisionJson[]>(
      `/jobs/${job.id}/revisions`,
    );

    expect([status, headers.get('link')]).toEqual([200, null]);
    expect(body).toEqual([
      {
        revision: 3,
        action: 'paused',
        actor: 'api',
        at: paused.updatedAt,
        changes: expect.arrayContaining([
          { path: 'isActive', from: true, to: false },
          { path: 'pausedReason', from: null, to: 'why' },
        ]),
      },
      {
        revision: 2,
        action: 'updated',
        actor: 'api',
        at: expect.any(String),
        changes: [{ path: 'payload.to.name', from: 'a', to: 'b' }],
      },
      { revision: 1, action: 'created', actor: 'api', at: job.createdAt, changes: [] },
    ]);
  });

  it.each([1, 2, 3, 5, 6, 1_000])('comes in pages of %i, each with its changes', async (limit) => {
    const { id } = await aRenamedJob(5);

    const pages = await test.api.pages<RevisionJson>(`/jobs/${id}/revisions?limit=${limit}`);

    const all = pages.flatMap(({ body }) => body);
    expect(all.map(({ revision }) => revision)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(pages.map(({ body }) => body.length).every((length) => length <= limit)).toBe(true);
    expect(all.slice(0, -1).map(({ revision, changes }) => [revision, changes])).toEqual(
      [6, 5, 4, 3, 2].map((revision) => [
        revision,
        [{ path: 'name', from: `name ${revision - 1}`, to: `name ${revision}` }],
      ]),
    );
  });

  it('is there for a deleted job, and for no other', async () => {
    const { id } = await test.api.createJob();
    await test.api.send('DELETE', `/jobs/${id}`);

    const { body } = await test.api.get<RevisionJson[]>(`/jobs/${id}/revisions`);

    expect(body.map(({ action }) => action)).toEqual(['deleted', 'created']);
    expect(body[0]?.changes).toEqual([{ path: 'isActive', from: true, to: false }]);
    expectProblem(await test.api.get('/jobs/999/revisions'), 404, { code: 'JOB_NOT_FOUND' });
  });

  it.each([
    ['/jobs/x/revisions', 'id'],
    ['/jobs/0/revisions', 'id'],
    ['/jobs/1/revisions?limit=0', 'limit'],
    ['/jobs/1/revisions?limit=1001', 'limit'],
    ['/jobs/1/revisions?limit=x', 'limit'],
    ['/jobs/1/revisions?cursor=x', 'cursor'],
    [`/jobs/1/revisions?cursor=${cursorOf('-revision', 'x')}`, 'cursor'],
    [`/jobs/1/revisions?cursor=${cursorOf('-revision', '0')}`, 'cursor'],
    [`/jobs/1/revisions?cursor=${cursorOf('-revision', '9999999999')}`, 'cursor'],
    [`/jobs/1/revisions?cursor=${cursorOf('id', '1')}`, 'cursor'],
    ['/jobs/1/revisions?sort=revision', 'sort'],
  ])('refuses %s', async (path, field) => {
    await test.api.createJob();

    expectProblem(await test.api.get(path), 400, { path: field });
  });
});

describe('GET /jobs/:id/revisions/:revision', () => {
  it('has the whole definition, and what was changed', async () => {
    const { id } = await test.api.createJob({ endAt: '2031-01-01T00:00:00Z' });
    const { body: job } = await test.api.send('PATCH', `/jobs/${id}`, { retry: { jitter: 0 } });

    const { body } = await test.api.get<RevisionJson & { definition: Partial<JobJson> }>(
      `/jobs/${id}/revisions/2`,
    );

    const { definition, ...revision } = body;
    expect(revision).toEqual({
      revision: 2,
      action: 'updated',
      actor: 'api',
      at: job.updatedAt,
      changes: [{ path: 'retry.jitter', from: 0.2, to: 0 }],
    });
    const { exceptions, ...fields } = definition as typeof definition & { exceptions: unknown[] };
    expect(exceptions).toEqual([]);
    expect(job).toMatchObject(fields);
    expect(fields).toMatchObject({ schedule: '0 3 * * *', endAt: '2031-01-01T00:00:00.000Z' });
  });

  it('of the first one has nothing to compare with', async () => {
    const { id } = await test.api.createJob();

    const { body } = await test.api.get<RevisionJson>(`/jobs/${id}/revisions/1`);

    expect(body).toMatchObject({ revision: 1, action: 'created', changes: [] });
  });

  it('says what there is not', async () => {
    const { id } = await test.api.createJob();

    expectProblem(await test.api.get(`/jobs/${id}/revisions/2`), 404, {
      code: 'REVISION_NOT_FOUND',
      message: `The job ${id} has no revision 2`,
    });
    expectProblem(await test.api.get('/jobs/999/revisions/1'), 404, { code: 'JOB_NOT_FOUND' });
    for (const revision of ['0', '-1', 'x', '2147483648', '1e1']) {
      const answer = await test.api.get(`/jobs/${id}/revisions/${revision}`);
      expectProblem(answer, 400, { path: 'revision', message: 'from 1 to 2147483647' });
    }
  });
});

describe('POST /jobs/:id/revisions/:revision/restore', () => {
  it('makes the job what it was, as a new revision', async () => {
    const job = await test.api.createJob({ payload: { a: 1 }, endAt: '2031-01-01T00:00:00Z' });
    await test.api.send('PATCH', `/jobs/${job.id}`, {
      schedule: '@hourly',
      payload: null,
      endAt: null,
    });

    const { status, headers, body } = await restore(job.id, 1);

    expect([status, headers.get('etag')]).toEqual([200, '"3"']);
    expect(body).toEqual({ ...job, revision: 3, updatedAt: expect.any(String) });
    const revisions = await test.api.get<RevisionJson[]>(`/jobs/${job.id}/revisions`);
    expect(revisions.body[0]).toMatchObject({ revision: 3, action: 'restored', actor: 'api' });
  });

  it('leaves earlier revisions as they are', async () => {
    const { id } = await aRenamedJob(2);
    const before = await test.api.get<RevisionJson[]>(`/jobs/${id}/revisions`);

    await restore(id, 1, { body: {} });

    const after = await test.api.get<RevisionJson[]>(`/jobs/${id}/revisions`);
    expect(after.body.slice(1)).toEqual(before.body);
  });

  it('changes nothing when the job is that already', async () => {
    const { id } = await aRenamedJob(1);
    const before = await stored(test.database);

    expect(await restore(id, 2)).toMatchObject({ status: 200, body: { revision: 2 } });

    expect(await stored(test.database)).toEqual(before);
  });

  it('heeds If-Match', async () => {
    const { id } = await aRenamedJob(1);
    const before = await stored(test.database);

    const stale = await restore(id, 1, { headers: { 'if-match': '"1"' } });

    expectProblem(stale, 412, { code: 'REVISION_MISMATCH', message: 'revision "2"' });
    expect(await stored(test.database)).toEqual(before);
    expect((await restore(id, 1, { headers: { 'if-match': '"2"' } })).status).toBe(200);
  });

  it('only tried, tells the next ten instants before and after', async () => {
    const job = await test.api.createJob();
    await test.api.send('PATCH', `/jobs/${job.id}`, { schedule: '30 4 * * *' });
    const before = await stored(test.database);

    const answer = await restore(job.id, 1, { query: '?dryRun=true' });

    const { before: were, after } = answer.body as unknown as Record<string, string[]>;
    expect([answer.status, were?.length, after?.length]).toEqual([200, 10, 10]);
    expect(after?.slice(0, 5)).toEqual(job.upcoming);
    expect(were?.every((instant) => instant.includes('T04:30:00.000Z'))).toBe(true);
    expect(await stored(test.database)).toEqual(before);
    expectProblem(await restore(job.id, 1, { query: '?dryRun=perhaps' }), 400, { path: 'dryRun' });
  });

  it('refuses what an edit would be refused for', async () => {
    const { id } = await test.api.createJob({ key: 'mine' });
    await test.api.send('PATCH', `/jobs/${id}`, { key: null });
    await test.api.createJob({ key: 'mine' });

    expectProblem(await restore(id, 1), 409, { code: 'JOB_KEY_TAKEN' });
  });

  it('says what there is not, and takes no body', async () => {
    const { id } = await test.api.createJob();

    expectProblem(await restore(id, 2), 404, { code: 'REVISION_NOT_FOUND' });
    expectProblem(await restore(999, 1), 404, { code: 'JOB_NOT_FOUND' });
    expectProblem(await restore(id, 'x'), 400, { path: 'revision' });
    expectProblem(await restore(id, 1, { body: { name: 'b' } }), 400, {
      path: 'name',
      message: 'is not a known field',
    });
    expectProblem(await restore(id, 1, { body: [] }), 400, { path: 'body' });
    await test.api.send('DELETE', `/jobs/${id}`);
    expectProblem(await restore(id, 1), 404, { code: 'JOB_NOT_FOUND' });
  });
});

function cursorOf(...parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}
