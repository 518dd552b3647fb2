import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { PartitionKeeper } from '../../src/scheduler/partition-keeper.ts';
import { PartitionsRepository } from '../../src/scheduler/partitions.repository.ts';
import { Pruner } from '../../src/scheduler/pruner.ts';
import { PrunerRepository } from '../../src/scheduler/pruner.repository.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { openEngine } from '../support/engine.ts';
import { insertJob } from '../support/jobs.ts';
import '../support/quiet.ts';
import { testConfig } from '../support/service.ts';

const TUESDAY = '2026-11-24T09:00:00Z';

describe('the pruner', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let pruner: Pruner;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(TUESDAY);
    await new PartitionKeeper(new PartitionsRepository(database.pool), clock).onModuleInit();
    const config = testConfig({ RETENTION_DAYS: 30 });
    pruner = new Pruner(new PrunerRepository(database.pool), clock, config);
  });
  afterEach(() => database.drop());

  async function insertRun(scheduledFor: string, fields: { wakeAt?: string; finishedAt?: string }) {
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, wake_at, finished_at)
       VALUES (1, $1, 1, CASE WHEN $2::text IS NULL THEN 'succeeded' ELSE 'queued' END::run_status,
               'backfill', $2::timestamptz, $3)`,
      [scheduledFor, fields.wakeAt ?? null, fields.finishedAt ?? null],
    );
  }

  async function partitions(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT relid::regclass::text AS name FROM pg_partition_tree('runs') WHERE isleaf ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  it('drops the weeks that are wholly older than the history is kept', async () => {
    await insertRun('2026-11-25T00:00:00Z', { finishedAt: '2026-11-25T00:00:01Z' });
    clock.set('2026-12-29T23:59:59Z');
    await pruner.tick();
    expect(await partitions()).toContain('runs_20261123');

    clock.set('2026-12-30T00:00:00Z');
    await pruner.tick();

    expect(await partitions()).not.toContain('runs_20261123');
    expect(await partitions()).toContain('runs_20261130');
    expect(await database.query('SELECT FROM runs')).toEqual([]);
  });

  it('keeps a week in which something is still alive', async () => {
    await insertRun('2026-11-25T00:00:00Z', { wakeAt: '2027-01-05T00:00:00Z' });
    clock.set('2027-01-01T00:00:00Z');

    await pruner.tick();

    expect(await partitions()).toContain('runs_20261123');
  });

  it('gives way to somebody who is reading, and comes back', async () => {
    clock.set('2027-01-01T00:00:00Z');
    await inTransaction(database.pool, async (reader) => {
      await reader.query('SELECT count(*) FROM runs');
      await pruner.tick();
    });
    expect(await partitions()).toContain('runs_20261123');

    await pruner.tick();

    expect(await partitions()).not.toContain('runs_20261123');
  });

  it('deletes what has no week of its own once it has ended long ago, and nothing else', async () => {
    await insertRun('2020-01-01T00:00:00Z', { finishedAt: '2026-10-01T00:00:00Z' });
    await insertRun('2020-01-02T00:00:00Z', { finishedAt: '2026-11-20T00:00:00Z' });
    await insertRun('2020-01-03T00:00:00Z', { wakeAt: '2026-11-24T10:00:00Z' });

    await pruner.tick();

    const rows = await database.query<{ day: string }>(
      `SELECT to_char(scheduled_for AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM runs ORDER BY 1`,
    );
    expect(rows.map(({ day }) => day)).toEqual(['2020-01-02', '2020-01-03']);
  });

  it('forgets deleted jobs and their revisions as late as their history', async () => {
    const engine = openEngine(database, { clock });
    const { id } = await engine.jobs.create({ name: 'a', schedule: '@yearly' });
    const kept = await insertJob(database, {
      schedule: '@yearly',
      nextRun: '2027-01-01T00:00:00Z',
    });
    await engine.jobs.delete(id);
    clock.set('2026-12-24T09:00:00Z');
    await pruner.tick();
    expect(await database.query('SELECT FROM job_revisions')).toHaveLength(2);

    clock.set('2026-12-24T09:00:01Z');
    await pruner.tick();

    expect(await database.query('SELECT id FROM jobs')).toEqual([{ id: kept }]);
    expect(await database.query('SELECT FROM job_revisions')).toEqual([]);
  });
});
