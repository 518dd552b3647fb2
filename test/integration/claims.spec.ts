import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { rewritingPool } from '../support/rewriting-pool.ts';
import { ScriptedJob } from '../support/scripted-job.ts';
import { openRivals } from '../support/rivals.ts';

const NINE = '2026-11-24T09:00:00Z';
const MINUTELY = { type: 'scripted', schedule: '* * * * *', nextRun: NINE };

describe('claims', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    handler = new ScriptedJob();
    engine = openEngine(database, { clock, handlers: [handler] });
  });
  afterEach(async () => {
    await abandonAttempts(engine);
    await database.drop();
  });

  it('start each run once when four workers race', async () => {
    await insertJobs(database, 1_000, MINUTELY);
    const { engines, close } = openRivals(database, 4, { clock, handlers: [handler] });
    await engine.planner.tick();
    await engine.planner.tick();

    for (let round = 0; round < 4; round += 1) {
      await Promise.all(engines.map(({ worker }) => worker.tick()));
    }
    await Promise.all(engines.map(({ inFlight }) => inFlight.settle(10_000)));

    expect(handler.attempts).toHaveLength(1_000);
    expect(new Set(handler.attempts.map(({ runId }) => runId)).size).toBe(1_000);
    expect(
      await database.query(
        `SELECT status, attempt, fence, count(*)::integer FROM runs GROUP BY 1, 2, 3`,
      ),
    ).toEqual([{ status: 'succeeded', attempt: 1, fence: 1, count: 1_000 }]);
    await close();
  });

  it('start one run of a job only when four workers race for several', async () => {
    await insertJobs(database, 200, MINUTELY);
    handler.does(() => new Promise(() => undefined));
    const { engines, close } = openRivals(database, 4, { clock, handlers: [handler] });
    await engine.planner.tick();
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger, wake_at)
       SELECT id, $1, ordinal, 1, 'queued', 'manual', $1
         FROM jobs, generate_series(1, 3) AS ordinal`,
      [NINE],
    );

    for (let round = 0; round < 6; round += 1) {
      await Promise.all(engines.map(({ worker }) => worker.tick()));
    }

    const active = await database.query<{ running: number; skipped: number }>(
      `SELECT (count(*) FILTER (WHERE status = 'running'))::integer AS running,
              (count(*) FILTER (WHERE reason = 'overlap'))::integer AS skipped
         FROM runs GROUP BY job_id`,
    );
    expect(active).toHaveLength(200);
    expect(new Set(active.map(({ running }) => running))).toEqual(new Set([1]));
    expect(new Set(active.map(({ skipped }) => skipped))).toEqual(new Set([3]));
    await abandonAttempts(...engines);
    await close();
  });

  it('take what has waited longest first, and no more than the places that are free', async () => {
    const late = await insertJob(database, { ...MINUTELY, nextRun: '2026-11-24T08:59:57Z' });
    await database.query(`UPDATE jobs SET schedule = '57 59 8 * * *'`);
    await insertJobs(database, 3, MINUTELY);
    handler.does(() => new Promise(() => undefined));
    const small = openEngine(database, {
      clock,
      handlers: [handler],
      config: { WORKER_CONCURRENCY: 2 },
    });
    await small.planner.tick();

    expect(await small.worker.tick()).toBe(true);
    await small.worker.tick();

    expect(small.inFlight.size).toBe(2);
    expect(handler.attempts[0]?.jobId).toBe(late);
    expect(await countOf('planned')).toBe(2);
    await abandonAttempts(small);
  });

  it('skip an occurrence while the run before it is still running', async () => {
    const id = await insertJob(database, MINUTELY);
    handler.does(() => new Promise(() => undefined));
    await engine.planner.tick();
    await engine.worker.tick();

    await nextMinute();

    expect(await verdicts(database, id)).toEqual([
      '09:00:00 running',
      '09:01:00 skipped (overlap)',
    ]);
    expect((await ledger(database))[1]).toMatchObject({
      attempt: 0,
      wakeAt: null,
      startedAt: null,
      finishedAt: clock.now(),
    });
  });

  it('skip an occurrence while the run before it waits for another attempt', async () => {
    await insertJob(database, { ...MINUTELY, retry: { maxAttempts: 2, initialDelayMs: 90_000 } });
    handler.does(() => ({ kind: 'retry', error: 'not yet' }));
    await engine.runDue();

    await nextMinute();

    expect(await verdicts(database)).toEqual(['09:00:00 queued', '09:01:00 skipped (overlap)']);
  });

  it('skip a start by hand while the job is running, and the schedule during a start by hand', async () => {
    const id = await insertJob(database, MINUTELY);
    handler.does(() => new Promise(() => undefined));
    await engine.planner.tick();
    await engine.worker.tick();
    clock.advance(1_000);
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();
    expect(await verdicts(database, id)).toEqual([
      '09:00:00 running',
      '09:00:01-1 skipped (overlap)',
    ]);

    const other = await insertJob(database, { ...MINUTELY, nextRun: '2026-11-24T09:01:00Z' });
    await engine.jobs.trigger(other, undefined);
    await engine.worker.tick();
    await nextMinute();

    expect(await verdicts(database, other)).toEqual([
      '09:00:01-1 running',
      '09:01:00 skipped (overlap)',
    ]);
  });

  it('start by hand beside an occurrence of the same instant, one after the other', async () => {
    const id = await insertJob(database, MINUTELY);
    await engine.planner.tick();
    const key = await engine.jobs.trigger(id, { from: 'hand' });
    const again = await engine.jobs.trigger(id, undefined);

    expect([key.ordinal, again.ordinal]).toEqual([1, 2]);
    await runStarted(engine);
    expect(handler.attempts).toHaveLength(1);
    await runStarted(engine);
    await runStarted(engine);

    expect(await verdicts(database)).toEqual([
      '09:00:00 succeeded',
      '09:00:00-1 succeeded',
      '09:00:00-2 succeeded',
    ]);
  });

  it('run the latest of several occurrences that nobody could run', async () => {
    await insertJob(database, { ...MINUTELY, schedule: '*/2 * * * * *' });
    clock.set('2026-11-24T09:00:04Z');
    await engine.planner.tick();

    // No worker had a place for a while; the planner has gone on.
    clock.set('2026-11-24T09:00:10Z');
    await engine.planner.tick();
    clock.set('2026-11-24T09:00:11Z');
    await engine.runDue();

    expect(await verdicts(database)).toEqual([
      '09:00:00 skipped (missed)',
      '09:00:02 skipped (missed)',
      '09:00:04 skipped (missed)',
      '09:00:06 succeeded',
      '09:00:08 planned',
      '09:00:10 planned',
      '09:00:12 planned',
    ]);
  });

  it('leave an outage to the planner, who has to judge it as a whole', async () => {
    await insertJob(database, MINUTELY);
    await engine.planner.tick();

    clock.set('2026-11-24T09:05:30Z');
    const small = openEngine(database, { clock, config: { WORKER_CONCURRENCY: 1 } });
    // Nothing to do here, so the worker need not look again at once.
    expect(await small.worker.tick()).toBe(false);
    expect(await verdicts(database)).toEqual(['09:00:00 planned']);
    await engine.runDue();

    expect(await verdicts(database)).toEqual(['09:04:00 skipped (missed)', '09:05:00 succeeded']);
  });

  it('leave the runs of a job that is being edited, and take those of others', async () => {
    const [edited, free] = await insertJobs(database, 2, MINUTELY);
    await engine.planner.tick();

    await inTransaction(database.pool, async (transaction) => {
      await transaction.query('SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [edited]);
      await runStarted(engine);

      expect(await verdicts(database, edited)).toEqual(['09:00:00 planned']);
      expect(await verdicts(database, free)).toEqual(['09:00:00 succeeded']);
    });

    await runStarted(engine);
    expect(await verdicts(database, edited)).toEqual(['09:00:00 succeeded']);
  });

  it('start from the definition as it is at the start, and say which revision that was', async () => {
    const payloads: unknown[] = [];
    handler.does((_, payload) => {
      payloads.push(payload);
      return { kind: 'succeeded' };
    });
    const id = await insertJob(database, { ...MINUTELY, payload: { version: 'old' } });
    await engine.planner.tick();
    await engine.jobs.update(id, { payload: { version: 'new' } });

    await runStarted(engine);

    expect(payloads).toEqual([{ version: 'new' }]);
    expect(await ledger(database)).toMatchObject([{ status: 'succeeded', revision: 2 }]);
  });

  it('complete a job whose last occurrence comes together with another attempt', async () => {
    const retry = { maxAttempts: 2, initialDelayMs: 60_500, jitter: 0 };
    const endAt = '2026-11-24T09:01:30Z';
    const id = await insertJob(database, { ...MINUTELY, retry, endAt });
    handler.does(() => ({ kind: 'retry' }));
    await engine.planner.tick();
    await runStarted(engine);

    clock.set('2026-11-24T09:01:00.500Z');
    await engine.planner.tick();
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual(['09:00:00 running', '09:01:00 skipped (overlap)']);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, nextRun: null });
  });

  it('start the runs of a job whose starts are beyond counting, and those beside it', async () => {
    const [worn, other] = (await insertJobs(database, 2, MINUTELY)) as [number, number];
    await database.query('UPDATE jobs SET run_count = 2147483647 WHERE id = $1', [worn]);
    await engine.planner.tick();

    await runStarted(engine);

    expect(await verdicts(database, worn)).toEqual(['09:00:00 succeeded']);
    expect(await verdicts(database, other)).toEqual(['09:00:00 succeeded']);
    expect(await engine.jobs.get(worn)).toMatchObject({ runCount: 2_147_483_647 });
  });

  it('complete many jobs in as many statements as one', async () => {
    const one = await statementsToComplete(1);

    expect(await statementsToComplete(50)).toBe(one);

    expect(
      await database.query(
        `SELECT is_active AS "isActive", jobs.revision, action, count(*)::integer
           FROM jobs JOIN job_revisions ON job_id = id AND job_revisions.revision = jobs.revision
          GROUP BY 1, 2, 3`,
      ),
    ).toEqual([{ isActive: false, revision: 2, action: 'completed', count: 51 }]);
  });

  it('tell the truth about the last and the next run', async () => {
    const id = await insertJob(database, MINUTELY);
    handler.does(() => new Promise(() => undefined));
    clock.set('2026-11-24T09:00:00.250Z');
    await engine.planner.tick();
    await engine.worker.tick();

    expect(await engine.jobs.get(id)).toMatchObject({
      lastRun: new Date('2026-11-24T09:00:00.250Z'),
      nextRun: new Date('2026-11-24T09:01:00Z'),
    });

    // A run that was skipped has not run.
    await nextMinute();
    expect(await engine.jobs.get(id)).toMatchObject({
      lastRun: new Date('2026-11-24T09:00:00.250Z'),
      nextRun: new Date('2026-11-24T09:02:00Z'),
    });
  });

  async function nextMinute(): Promise<void> {
    clock.advance(60_000 - (clock.now().getTime() % 60_000));
    await engine.planner.tick();
    await engine.worker.tick();
  }

  /** How many statements a claim takes by which so many schedules end. */
  async function statementsToComplete(jobs: number): Promise<number> {
    let statements = 0;
    const pool = rewritingPool(database.pool, {
      rewrite: (text) => {
        statements += 1;
        return text;
      },
    });
    const counted = openEngine({ ...database, pool }, { clock, handlers: [handler] });
    const at = clock.now().toISOString();
    await insertJobs(database, jobs, { type: 'scripted', schedule: `@at ${at}`, nextRun: at });
    await counted.planner.tick();
    const before = statements;

    await counted.worker.tick();
    await counted.inFlight.settle(10_000);

    clock.advance(60_000);
    return statements - before;
  }

  async function countOf(status: string): Promise<number> {
    const rows = await database.query('SELECT FROM runs WHERE status = $1::run_status', [status]);
    return rows.length;
  }
});
