import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import {
  JobDeletedError,
  RunCoversRangeError,
  RunNotFinishedError,
} from '../../src/runs/run-errors.ts';
import { parseRunId, runId } from '../../src/runs/run-id.ts';
import { runStarted } from '../support/attempts.ts';
import { type ByHand, openByHand } from '../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { ledger } from '../support/ledger.ts';
import '../support/quiet.ts';

const DUE = new Date('2026-11-24T08:00:00Z');

let database: TestDatabase;
let engine: Engine;
let byHand: ByHand;
let id: number;

beforeEach(async () => {
  database = await createDatabase();
  engine = openEngine(database, { clock: new FakeClock('2026-11-24T09:00:00Z') });
  byHand = openByHand(database, engine);
  const input = { name: 'a', schedule: '@yearly', payload: 'usual', priority: 7 };
  ({ id } = await engine.jobs.create(input));
});
afterEach(() => database.drop());

/** Writes a run into the ledger, and answers its id. */
async function aRun(fields: Record<string, unknown> = {}): Promise<string> {
  const row = {
    job_id: id,
    scheduled_for: DUE,
    ordinal: 0,
    namespace_id: 1,
    status: 'failed',
    trigger: 'schedule',
    ...fields,
  };
  const names = Object.keys(row);
  await database.query(
    `INSERT INTO runs (${names.join(', ')}) VALUES (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(row),
  );
  return runId({ jobId: id, scheduledFor: row.scheduled_for, ordinal: row.ordinal });
}

describe('a run that is over', () => {
  it.each(['succeeded', 'failed', 'skipped', 'cancelled', 'lost'])(
    'can be run again, as a run of its own: %s',
    async (status) => {
      const run = await aRun({ status });

      const again = await byHand.runs.retry(run);

      expect(again).toEqual({ jobId: id, scheduledFor: DUE, ordinal: 1 });
      await runStarted(engine);
      expect(await ledger(database)).toMatchObject([
        { status, ordinal: 0, trigger: 'schedule' },
        {
          status: 'succeeded',
          ordinal: 1,
          trigger: 'retry',
          startedAt: engine.clock.now(),
          log: ['usual'],
        },
      ]);
    },
  );

  it('has a payload, a nominal instant and a cause, which the new one gets as well', async () => {
    const nominal = new Date('2026-11-24T07:59:00Z');
    const cause =
      '{"runId": "9-1", "jobId": 9, "status": "failed", "result": 12345678901234567890}';
    const run = await aRun({ payload: '"special"', nominal_for: nominal, cause, trigger: 'chain' });

    await byHand.runs.retry(run);

    const [, again] = await database.query(
      `SELECT payload, nominal_for AS nominal, cause::text, priority, revision, fence, error
         FROM runs ORDER BY ordinal`,
    );
    expect(again).toEqual({
      payload: 'special',
      nominal,
      cause: expect.stringContaining('12345678901234567890'),
      priority: 7,
      revision: null,
      fence: 0,
      error: null,
    });
    await runStarted(engine);
    expect((await ledger(database))[1]).toMatchObject({ status: 'succeeded', log: ['special'] });
  });

  it('can be run again more than once, and the new ones as well', async () => {
    const first = await aRun();
    const second = await byHand.runs.retry(first);
    await runStarted(engine);

    const others = await Promise.all([
      byHand.runs.retry(first),
      byHand.runs.retry(first),
      byHand.runs.retry(runId(second)),
    ]);

    expect(others.map(({ ordinal }) => ordinal).sort()).toEqual([2, 3, 4]);
  });

  it('may stand for a range of one instant', async () => {
    const run = await aRun({ status: 'skipped', range_from: DUE, range_to: DUE, range_count: 1 });

    expect(await byHand.runs.retry(run)).toMatchObject({ ordinal: 1 });
  });

  it('can be run again while its job is paused', async () => {
    const run = await aRun();
    await engine.jobs.update(id, { isActive: false });

    await byHand.runs.retry(run);

    await runStarted(engine);
    expect((await ledger(database))[1]).toMatchObject({ status: 'succeeded' });
  });
});

describe('a run that cannot be run again', () => {
  it.each(['planned', 'queued', 'running'])('is one that is not over: %s', async (status) => {
    const run = await aRun({ status });

    await expect(byHand.runs.retry(run)).rejects.toThrow(RunNotFinishedError);

    expect(await ledger(database)).toHaveLength(1);
  });

  it('is a range of several instants', async () => {
    const from = new Date('2026-11-24T07:00:00Z');
    const range = { range_from: from, range_to: DUE, range_count: 61 };
    const run = await aRun({ status: 'skipped', ...range });

    await expect(byHand.runs.retry(run)).rejects.toThrow(RunCoversRangeError);

    expect(await ledger(database)).toHaveLength(1);
  });

  it('is one of a job that was deleted', async () => {
    const run = await aRun();
    await engine.jobs.delete(id);

    await expect(byHand.runs.retry(run)).rejects.toThrow(JobDeletedError);

    expect(await ledger(database)).toHaveLength(1);
  });

  it('is one of a job that is being deleted', async () => {
    const run = await aRun();
    const other = await database.pool.connect();
    await other.query('BEGIN');
    await other.query('UPDATE jobs SET deleted_at = now() WHERE id = $1', [id]);

    const refusal = byHand.runs.retry(run).catch((error: unknown) => error);
    await untilSomebodyWaits();
    await other.query('COMMIT');
    other.release();

    expect(await refusal).toEqual(new JobDeletedError(id));
    expect(await ledger(database)).toHaveLength(1);
  });

  it('is one that never was', async () => {
    await expect(byHand.runs.retry(`${id}-1`)).rejects.toThrow(`No run has the id ${id}-1`);
    expect(parseRunId(`${id}-1`)).not.toBeNull();
  });
});

/** Resolves when a statement waits for a lock. */
async function untilSomebodyWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}
