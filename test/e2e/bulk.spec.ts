import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { BulkResult } from '../../src/jobs/bulk/bulk-outcome.ts';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

async function bulk<T = BulkResult>(body: unknown, headers: Record<string, string> = {}) {
  return test.api.send<T>('POST', '/jobs/bulk', body, headers);
}

async function jobs(count: number, fields: Record<string, unknown> = {}): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await test.api.createJob(fields)).id);
  return ids;
}

describe('POST /jobs/bulk', () => {
  it('pauses by ids, for a reason and until a time', async () => {
    const ids = await jobs(3);
    const until = new Date(Date.now() + 86_400_000).toISOString();

    const { status, body } = await bulk({
      action: 'pause',
      ids: [...ids, 999],
      reason: 'why',
      until,
    });

    expect([status, body]).toEqual([
      200,
      {
        matched: 3,
        done: 3,
        unchanged: 0,
        failedCount: 1,
        failed: [{ id: 999, code: 'JOB_NOT_FOUND', message: 'No job has the id 999' }],
      },
    ]);
    const { body: all } = await test.api.get<JobJson[]>('/jobs');
    expect(all.map(({ pausedReason, pausedUntil }) => [pausedReason, pausedUntil])).toEqual(
      Array(3).fill(['why', until]),
    );
  });

  it('resumes, triggers and deletes by label', async () => {
    await jobs(2, { labels: { team: 'a' }, isActive: false });
    const [other] = await jobs(1, { labels: { team: 'b' } });
    const labels = ['team=a'];

    expect((await bulk({ action: 'resume', labels })).body).toMatchObject({ done: 2 });
    expect((await bulk({ action: 'resume', labels })).body).toMatchObject({
      done: 0,
      unchanged: 2,
    });
    expect((await bulk({ action: 'trigger', labels })).body).toMatchObject({ matched: 2, done: 2 });
    expect((await test.api.get<unknown[]>('/runs')).body).toHaveLength(2);
    expect((await bulk({ action: 'delete', labels })).body).toMatchObject({ done: 2 });
    expect((await bulk({ action: 'delete', labels })).body).toMatchObject({ matched: 0, done: 0 });

    const { body } = await test.api.get<JobJson[]>('/jobs');
    expect(body.map(({ id }) => id)).toEqual([other]);
  });

  it('only counts, when told so, and changes nothing', async () => {
    const ids = await jobs(3, { labels: { team: 'a' } });
    const before = await stored(test.database);

    const byLabel = await bulk({ action: 'delete', labels: ['team'], dryRun: true });
    const byId = await bulk({ action: 'delete', ids: [999, ids[2], ids[0]], dryRun: true });

    expect([byLabel.status, byLabel.body]).toEqual([200, { matched: 3, ids }]);
    expect([byId.status, byId.body]).toEqual([200, { matched: 2, ids: [ids[0], ids[2]] }]);
    expect(await stored(test.database)).toEqual(before);
  });

  it('tells of a hundred ids, and of a hundred failures, and counts them all', async () => {
    await test.database.query(
      `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms)
       SELECT 'many', '0 3 * * *', '{}', '{}', 1000 FROM generate_series(1, 150)`,
    );
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);

    const trial = await bulk<{ matched: number; ids: number[] }>({
      action: 'delete',
      ids,
      dryRun: true,
    });
    const { body } = await bulk({ action: 'delete', ids });

    expect(trial.body).toEqual({ matched: 150, ids: ids.slice(0, 100) });
    expect(body).toMatchObject({ matched: 150, done: 150, unchanged: 0, failedCount: 150 });
    expect(body.failed.map(({ id }) => id)).toEqual(ids.slice(150, 250));
  });

  it('has its effect once with an Idempotency-Key', async () => {
    const ids = await jobs(5);
    const headers = { 'idempotency-key': 'once' };

    const first = await bulk({ action: 'trigger', ids }, headers);
    const second = await bulk({ action: 'trigger', ids }, headers);

    expect(first).toMatchObject({ status: 200, body: { done: 5 } });
    expect(second.body).toEqual(first.body);
    expect((await test.api.get<unknown[]>('/runs')).body).toHaveLength(5);
  });

  it('answers others while it works', async () => {
    const ids = await jobs(40);

    const work = Array.from({ length: 5 }, () => bulk({ action: 'trigger', ids }));
    const [job] = await Promise.all([test.api.get<JobJson>(`/jobs/${ids[0]}`), ...work]);

    expect(job.status).toBe(200);
    expect((await test.api.get('/runs?limit=1000')).body).toHaveLength(200);
  });
});

const ONE_OF = 'or labels must be given, one of them';

describe('a request about many jobs that cannot be', () => {
  it.each<[body: unknown, path: string, message: string]>([
    [{ ids: [1] }, 'action', 'is required'],
    [{ action: 'explode', ids: [1] }, 'action', 'pause, resume, delete, trigger'],
    [{ action: ['pause'], ids: [1] }, 'action', 'pause, resume, delete, trigger'],
    [{ action: 'pause' }, 'ids', ONE_OF],
    [{ action: 'pause', ids: [1], labels: ['a'] }, 'ids', ONE_OF],
    [{ action: 'pause', ids: [] }, 'ids', 'must be a list of 1 to 1000 ids'],
    [{ action: 'pause', ids: 1 }, 'ids', 'must be a list of 1 to 1000 ids'],
    [{ action: 'pause', ids: null }, 'ids', 'must be a list of 1 to 1000 ids'],
    [{ action: 'pause', ids: { 0: 1 } }, 'ids', 'must be a list of 1 to 1000 ids'],
    [{ action: 'pause', ids: [1, 1] }, 'ids', 'must hold each id once'],
    [{ action: 'pause', ids: ['1'] }, 'ids', 'must hold integers from 1 to 2147483647 only'],
    [{ action: 'pause', ids: [0] }, 'ids', 'must hold integers from 1 to 2147483647 only'],
    [{ action: 'pause', ids: [2_147_483_648] }, 'ids', 'must hold integers'],
    [{ action: 'pause', ids: [1.5] }, 'ids', 'must hold integers'],
    [{ action: 'pause', ids: [null] }, 'ids', 'must hold integers'],
    [{ action: 'pause', ids: [[1]] }, 'ids', 'must hold integers'],
    [{ action: 'pause', labels: [] }, 'labels', 'must be a list of 1 to 10 labels'],
    [
      { action: 'pause', labels: Array(11).fill('a') },
      'labels',
      'must be a list of 1 to 10 labels',
    ],
    [{ action: 'pause', labels: 'a' }, 'labels', 'must be a list of 1 to 10 labels'],
    [{ action: 'pause', labels: null }, 'labels', 'must be a list of 1 to 10 labels'],
    [{ action: 'pause', labels: [''] }, 'labels', 'must hold labels such as name or name=value'],
    [{ action: 'pause', labels: ['=a'] }, 'labels', 'must hold labels'],
    [{ action: 'pause', labels: ['a='.padEnd(300, 'x')] }, 'labels', 'must hold labels'],
    [{ action: 'pause', labels: ['x'.repeat(64)] }, 'labels', 'must hold labels'],
    [{ action: 'pause', labels: [1] }, 'labels', 'must hold labels'],
    [{ action: 'pause', labels: ['a\0'] }, 'labels.0', 'must not contain NUL'],
    [{ action: 'pause', ids: [1], until: '2020-01-01T00:00:00Z' }, 'until', 'in the future'],
    [{ action: 'pause', ids: [1], until: 'x' }, 'until', 'from 1970 to 9999'],
    [{ action: 'pause', ids: [1], reason: '' }, 'reason', 'must not be empty'],
    [{ action: 'resume', ids: [1], reason: 'a' }, 'reason', 'belongs to the action pause only'],
    [{ action: 'delete', ids: [1], reason: null }, 'reason', 'belongs to the action pause only'],
    [{ action: 'trigger', ids: [1], until: '2031-01-01T00:00:00Z' }, 'until', 'pause only'],
    [{ action: 'trigger', ids: [1], payload: {} }, 'payload', 'is not a known field'],
    [{ action: 'pause', ids: [1], dryRun: 'yes' }, 'dryRun', 'must be true or false'],
    [{ action: 'pause', ids: [1], dryRun: null }, 'dryRun', 'must be true or false'],
    [[], 'body', 'must be an object'],
    [null, 'body', 'must be an object'],
  ])('%j is refused', async (body, path, message) => {
    await test.api.createJob();
    const before = await stored(test.database);

    expectProblem(await bulk(body), 400, { path, message });

    expect(await stored(test.database)).toEqual(before);
  });

  it.each([1_001, 100_000])('%i ids are too many, and looked at no further', async (count) => {
    expectProblem(await bulk({ action: 'pause', ids: Array(count).fill(1) }), 400, {
      path: 'ids',
      message: 'must be a list of 1 to 1000 ids',
    });
  });
});
