import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, JobJson, RunJson, TestApi } from '../support/api.ts';
import { openApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

interface Backfill {
  count: number;
  from: string | null;
  to: string | null;
  runs?: string[];
  instants?: string[];
}

/** Four instants of a job that is due every hour. */
const WINDOW = { from: '2026-01-10T01:00:00Z', to: '2026-01-10T04:30:00Z' };

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

function backfill(body: unknown, headers = {}): Promise<Answer<Backfill>> {
  return test.api.send<Backfill>('POST', '/jobs/1/backfill', body, headers);
}

describe('POST /jobs/:id/backfill', () => {
  it('queues a run for each instant in the window', async () => {
    await test.api.createJob({ schedule: '@hourly' });

    const { status, body } = await backfill(WINDOW);

    expect(status).toBe(202);
    const instants = [1, 2, 3, 4].map((hour) => Date.parse(`2026-01-10T0${hour}:00:00Z`));
    expect(body).toEqual({
      count: 4,
      from: '2026-01-10T01:00:00.000Z',
      to: '2026-01-10T04:00:00.000Z',
      runs: instants.map((instant) => `1-${instant}-1`),
    });
    const { body: runs } = await test.api.get<RunJson[]>('/jobs/1/runs?trigger=backfill');
    expect(runs.map(({ id }) => id)).toEqual(body.runs?.toReversed());
    expect(runs.map(({ status: state, reason }) => [state, reason])).toEqual([
      ['queued', 'waiting'],
      ['queued', 'waiting'],
      ['queued', 'waiting'],
      ['queued', null],
    ]);
  });

  it('says what it would do, and does nothing', async () => {
    await test.api.createJob({ schedule: '@hourly' });
    const before = await stored(test.database);

    const { status, body } = await backfill({ ...WINDOW, dryRun: true });

    expect(status).toBe(200);
    expect(body).toEqual({
      count: 4,
      from: '2026-01-10T01:00:00.000Z',
      to: '2026-01-10T04:00:00.000Z',
      instants: [1, 2, 3, 4].map((hour) => `2026-01-10T0${hour}:00:00.000Z`),
    });
    expect(await stored(test.database)).toEqual(before);
  });

  it('leaves schedule and definition alone', async () => {
    const before = await test.api.createJob({ schedule: '@hourly' });

    await backfill(WINDOW);

    expect((await test.api.get<JobJson>('/jobs/1')).body).toEqual(before);
  });

  it('lists a hundred of its runs, or instants, at most', async () => {
    await test.api.createJob({ schedule: '* * * * *' });
    const window = { from: '2026-01-10T01:00:00Z', to: '2026-01-10T03:29:00Z' };

    const { body: tried } = await backfill({ ...window, dryRun: true });
    const { body: done } = await backfill({ ...window, dryRun: false });

    expect([tried.count, tried.instants?.length]).toEqual([150, 100]);
    expect([done.count, done.runs?.length]).toEqual([150, 100]);
    expect(done.to).toBe('2026-01-10T03:29:00.000Z');
  });

  it('may have nothing to do', async () => {
    await test.api.createJob({ schedule: '@yearly' });

    expect(await backfill(WINDOW)).toMatchObject({
      status: 202,
      body: { count: 0, from: null, to: null, runs: [] },
    });
    expect(await backfill({ ...WINDOW, dryRun: true })).toMatchObject({
      status: 200,
      body: { count: 0, from: null, to: null, instants: [] },
    });
  });

  it('takes effect once with an Idempotency-Key, and a try uses none up', async () => {
    await test.api.createJob({ schedule: '@hourly' });
    const headers = { 'idempotency-key': 'january' };

    const tried = await backfill({ ...WINDOW, dryRun: true }, headers);
    const first = await backfill(WINDOW, headers);
    const second = await backfill(WINDOW, headers);

    expect([tried.status, first.status, second.status]).toEqual([200, 202, 202]);
    expect(second.body).toEqual(first.body);
    expect((await test.api.get<RunJson[]>('/jobs/1/runs')).body).toHaveLength(4);
  });

  const INSTANT = 'must be an instant that exists';
  const SECONDLY = { from: '2026-01-01T00:00:00Z', to: '2026-01-12T13:46:39Z' };

  it.each([
    [{}, 'from', 'is required'],
    [{ from: WINDOW.from }, 'to', 'is required'],
    [{ ...WINDOW, from: null }, 'from', INSTANT],
    [{ ...WINDOW, from: 'yesterday' }, 'from', INSTANT],
    [{ ...WINDOW, to: 7 }, 'to', INSTANT],
    [{ ...WINDOW, to: '2026-01-10' }, 'to', INSTANT],
    [{ ...WINDOW, to: '2099-01-01T00:00:00Z' }, 'to', 'must not lie in the future'],
    [{ from: WINDOW.to, to: WINDOW.from }, 'from', 'must not lie after to'],
    [{ ...WINDOW, from: '2015-12-31T00:00:00Z' }, 'from', 'must lie at most 10 years before to'],
    [SECONDLY, 'from', 'the window holds 1000000 instants of the job; at most 1000 at a time'],
    [{ ...SECONDLY, dryRun: true }, 'from', 'the window holds 1000000 instants'],
    [{ ...WINDOW, dryRun: 'yes' }, 'dryRun', 'must be true or false'],
    [{ ...WINDOW, dryRun: null }, 'dryRun', 'must be true or false'],
    [{ ...WINDOW, count: 7 }, 'count', 'is not a known field'],
  ])('refuses %j', async (body, path, message) => {
    await test.api.createJob({ schedule: '* * * * * *' });
    const before = await stored(test.database);

    expectProblem(await backfill(body), 400, { path, message });

    expect(await stored(test.database)).toEqual(before);
  });

  it('is nothing for a job that there is not', async () => {
    expectProblem(await backfill(WINDOW), 404, { code: 'JOB_NOT_FOUND', message: '1' });
    expectProblem(await backfill({ ...WINDOW, dryRun: true }), 404, { code: 'JOB_NOT_FOUND' });
  });
});
