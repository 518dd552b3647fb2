import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { INSTANCE } from '../../src/common/instance.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine } from '../support/engine.ts';
import { insertJob, insertJobs, type JobRows } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { openRivals, type Rivals } from '../support/rivals.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const LEASE_MS = 15_000;
const ONCE = { type: 'scripted', schedule: '0 9 24 11 *', nextRun: NINE };

describe('the rescuer', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let rivals: Rivals;
  let lost: Engine;
  let other: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    handler = new ScriptedJob(() => new Promise(() => undefined));
    rivals = openRivals(database, 2, { clock, handlers: [handler] });
    [lost, other] = rivals.engines as [Engine, Engine];
  });
  afterEach(async () => {
    await abandonAttempts(lost, other);
    await rivals.close();
    await database.drop();
  });

  it('touches nothing whose lease goes on', async () => {
    await loseWorkerOf(ONCE, LEASE_MS - 1);

    expect(await other.rescuer.tick()).toBe(0);
    expect(await verdicts(database)).toEqual(['09:00:00 running']);
  });

  it('queues a lost run again, once more than its policy allows otherwise', async () => {
    await loseWorkerOf(ONCE);

    expect(await other.rescuer.tick()).toBe(1);

    expect(await ledger(database)).toMatchObject([
      {
        status: 'queued',
        attempt: 1,
        fence: 2,
        wakeAt: clock.now(),
        finishedAt: null,
        attempts: [
          {
            attempt: 1,
            startedAt: '2026-11-24T09:00:00.000Z',
            finishedAt: '2026-11-24T09:00:15.000Z',
            outcome: 'lost',
            error: `The worker ${INSTANCE} gave no sign of life until the lease ended`,
            worker: INSTANCE,
          },
        ],
      },
    ]);
  });

  it('bounds how often a run can take its worker down with it', async () => {
    await loseWorkerOf(ONCE);
    await other.rescuer.tick();
    await other.worker.tick();
    clock.advance(LEASE_MS);

    await other.rescuer.tick();

    expect(await ledger(database)).toMatchObject([
      { status: 'lost', attempt: 2, wakeAt: null, finishedAt: clock.now() },
    ]);
    expect((await ledger(database))[0]?.attempts?.map(({ outcome }) => outcome)).toEqual([
      'lost',
      'lost',
    ]);
  });

  it('gives a lost run its verdict when its owner prefers that to a second try', async () => {
    await loseWorkerOf({ ...ONCE, retry: { onLost: 'fail', maxAttempts: 5 } });

    await other.rescuer.tick();

    expect(await ledger(database)).toMatchObject([
      { status: 'lost', attempt: 1, error: expect.stringContaining('no sign of life') },
    ]);
  });

  it('lets another worker go on, and what the first one answers late changes nothing', async () => {
    const gate = new Gate();
    handler.does(({ attempt }) =>
      attempt === 1 ? gate.passed : { kind: 'succeeded', result: 'of the second' },
    );
    await loseWorkerOf(ONCE);
    await other.rescuer.tick();
    await runStarted(other);
    const [settled] = await ledger(database);
    expect(settled).toMatchObject({ status: 'succeeded', attempt: 2, result: 'of the second' });

    gate.open({ kind: 'failed', error: 'of the first' });
    await lost.inFlight.settle(5_000);

    expect(await ledger(database)).toEqual([settled]);
    expect((await lost.metrics.finishesRefused.get()).values[0]?.value).toBe(1);
    expect(handler.attempts.map(({ runId }) => runId)).toEqual(
      Array(2).fill(handler.attempts[0]?.runId),
    );
  });

  it('shares the work with another rescuer: each lost run is found once', async () => {
    await insertJobs(database, 300, ONCE);
    await lost.planner.tick();
    await lost.worker.tick();
    clock.advance(LEASE_MS);

    let found = 0;
    let counts: number[];
    do {
      counts = await Promise.all(rivals.engines.map(({ rescuer }) => rescuer.tick()));
      found += counts.reduce((sum, count) => sum + count);
    } while (counts.some((count) => count > 0));

    expect(found).toBe(300);
    expect(
      await database.query(
        `SELECT status, fence, jsonb_array_length(attempts) AS past, count(*)::integer
           FROM runs GROUP BY 1, 2, 3`,
      ),
    ).toEqual([{ status: 'queued', fence: 2, past: 1, count: 300 }]);
  });

  it('passes over a run whose end is being written', async () => {
    await loseWorkerOf(ONCE);

    await inTransaction(database.pool, async (transaction) => {
      await transaction.query('SELECT FROM runs FOR UPDATE');

      expect(await other.rescuer.tick()).toBe(0);
    });
    expect(await other.rescuer.tick()).toBe(1);
  });

  it('keeps the next occurrence from starting beside a lost run that is tried again', async () => {
    const id = await loseWorkerOf({ ...ONCE, schedule: '*/15 * * * * *' });
    await other.planner.tick();
    await other.rescuer.tick();

    await other.worker.tick();
    await other.worker.tick();

    expect((await verdicts(database, id)).slice(0, 2)).toEqual([
      '09:00:00 running',
      '09:00:15 skipped (overlap)',
    ]);
  });

  /** A run is started, and then nothing is heard of its worker any more. */
  async function loseWorkerOf(job: JobRows, ms = LEASE_MS): Promise<number> {
    const id = await insertJob(database, job);
    await lost.planner.tick();
    await lost.worker.tick();
    clock.advance(ms);
    return id;
  }
});
