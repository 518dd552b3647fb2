import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { BulkDto } from '../../src/jobs/bulk/bulk.dto.ts';
import type { BulkResult } from '../../src/jobs/bulk/bulk-outcome.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';

let database: TestDatabase;
let engine: Engine;

beforeEach(async () => {
  database = await createDatabase();
  engine = openEngine(database, { clock: new FakeClock('2026-11-24T09:00:00Z') });
});
afterEach(() => database.drop());

async function aJob(fields: Partial<CreateJobDto> = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *', ...fields });
  return id;
}

function at(time: string): void {
  engine.clock.set(`2026-11-24T${time}Z`);
}

function run(input: Partial<BulkDto> & Pick<BulkDto, 'action'>): Promise<BulkResult> {
  return engine.bulk.run(input);
}

async function statesOf(...ids: number[]): Promise<unknown[]> {
  const jobs = await Promise.all(ids.map((id) => engine.jobs.get(id)));
  return jobs.map(({ isActive, pausedReason }) => (isActive ? 'active' : pausedReason));
}

describe('many jobs at a time', () => {
  it('are paused, each by itself: what is wrong with one keeps no other', async () => {
    const active = await aJob();
    const paused = await aJob();
    const same = await aJob();
    const completed = await aJob({ schedule: '@at 2026-11-24T09:01:00Z' });
    const deleted = await aJob();
    const other = await aJob();
    at('09:01:00');
    await engine.runDue();
    await engine.pauses.pause(paused, { reason: 'before' });
    await engine.pauses.pause(same, { reason: 'why' });
    await engine.jobs.delete(deleted);
    const ids = [9_999, other, deleted, completed, same, paused, active];

    const result = await run({ action: 'pause', ids, reason: 'why' });

    expect(result).toEqual({
      matched: 5,
      done: 3,
      unchanged: 1,
      failedCount: 3,
      failed: [
        { id: completed, code: 'JOB_COMPLETED', message: expect.stringContaining('is over') },
        { id: deleted, code: 'JOB_NOT_FOUND', message: `No job has the id ${deleted}` },
        { id: 9_999, code: 'JOB_NOT_FOUND', message: 'No job has the id 9999' },
      ],
    });
    expect(await statesOf(active, paused, same, other)).toEqual(['why', 'why', 'why', 'why']);
  });

  it('are resumed, those that can be', async () => {
    const paused = await aJob();
    const active = await aJob();
    const over = await aJob({ endAt: '2026-11-24T09:05:00Z' });
    await engine.pauses.pause(paused, {});
    await engine.pauses.pause(over, {});
    at('09:10:30');

    const result = await run({ action: 'resume', ids: [paused, active, over] });

    expect(result).toMatchObject({
      matched: 3,
      done: 1,
      unchanged: 1,
      failed: [
        {
          id: over,
          code: 'INVALID_REQUEST',
          message: 'schedule: has no instant ahead: an active job needs one',
        },
      ],
    });
    at('09:11:00');
    await engine.runDue();
    expect(await verdicts(database, paused)).toEqual([
      '09:10:00 skipped (paused)',
      '09:11:00 succeeded',
    ]);
  });

  it('are triggered, paused or not', async () => {
    const ids = [await aJob(), await aJob({ isActive: false })];

    expect(await run({ action: 'trigger', ids })).toMatchObject({ done: 2, failedCount: 0 });

    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:00:00-1 succeeded', '09:00:00-1 succeeded']);
  });

  it('are deleted, and nothing of them starts', async () => {
    const ids = [await aJob(), await aJob()];
    const kept = await aJob();
    at('09:00:59');
    await engine.planner.tick();

    expect(await run({ action: 'delete', ids })).toMatchObject({ matched: 2, done: 2 });

    at('09:01:00');
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
    expect((await engine.jobs.get(kept)).id).toBe(kept);
    expect(await run({ action: 'delete', ids })).toMatchObject({ matched: 0, failedCount: 2 });
  });
});

describe('jobs by their labels', () => {
  it('are those that have all of them, and live', async () => {
    const both = await aJob({ labels: { team: 'a', env: 'x=y' } });
    await aJob({ labels: { team: 'b', env: 'x=y' } });
    await aJob({ labels: { team: 'a' } });
    await aJob();
    const deleted = await aJob({ labels: { team: 'a', env: 'x=y' } });
    await engine.jobs.delete(deleted);
    const idsOf = async (...labels: string[]) =>
      (await engine.bulk.select({ action: 'pause', labels })).ids;

    expect(await idsOf('team=a', 'env')).toEqual([both]);
    expect(await idsOf('env=x=y', 'team=a')).toEqual([both]);
    expect(await idsOf('env')).toHaveLength(2);
    expect(await idsOf('team=a', 'team=b')).toEqual([]);
    expect(await idsOf('team=')).toEqual([]);
    expect(await idsOf(`team=a' OR true --`)).toEqual([]);
  });

  it('are changed in order of their ids', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 20; n += 1) ids.push(await aJob({ labels: { team: 'a' } }));

    expect(await run({ action: 'pause', labels: ['team=a'] })).toEqual({
      matched: 20,
      done: 20,
      unchanged: 0,
      failedCount: 0,
      failed: [],
    });

    expect(await statesOf(...ids)).toEqual(Array(20).fill(null));
  });

  it('are refused when there are more of them than can be changed at a time', async () => {
    await database.query(
      `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, labels)
       SELECT 'many', '0 3 * * *', '{}', '{}', 1000, '{"team": "a"}' FROM generate_series(1, 10001)`,
    );
    const labels = ['team=a'];

    await expect(run({ action: 'delete', labels })).rejects.toThrow(
      'labels: match 10001 jobs; at most 10000 can be changed at a time',
    );
    await expect(engine.bulk.select({ action: 'delete', labels })).rejects.toThrow('10001');
    expect(await database.query('SELECT FROM jobs WHERE deleted_at IS NOT NULL')).toEqual([]);
  });
});

describe('a fault of ours', () => {
  it('is told without a word of it, and ends the request when it goes on', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 30; n += 1) ids.push(await aJob());
    await database.query('ALTER TABLE job_revisions ADD CONSTRAINT no CHECK (revision < 2)');

    const { failed, ...counts } = await run({ action: 'pause', ids });

    expect(counts).toEqual({ matched: 30, done: 0, unchanged: 0, failedCount: 30 });
    expect(new Set(failed.map(({ message }) => message))).toEqual(
      new Set([
        'Something went wrong on our side',
        'Not tried: too much went wrong on our side before',
      ]),
    );
    expect(failed.filter(({ code }) => code === 'INTERNAL_ERROR').length).toBeLessThan(15);
  });
});
