import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const LEASE_MS = 15_000;
const ONCE = { type: 'scripted', schedule: '0 9 24 11 *', nextRun: NINE };

describe('leases', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    handler = new ScriptedJob(() => new Promise(() => undefined));
    engine = openEngine(database, { clock, handlers: [handler] });
  });
  afterEach(async () => {
    await abandonAttempts(engine);
    await database.drop();
  });

  it('are renewed for all runs under way, however long these take', async () => {
    await insertJobs(database, 3, ONCE);
    await start();
    expect(await leaseEnds()).toEqual([after(LEASE_MS)]);

    for (let beat = 1; beat <= 10; beat += 1) {
      clock.advance(LEASE_MS / 3);
      await engine.leases.renew();
      await engine.rescuer.tick();
    }

    expect(await leaseEnds()).toEqual([after(LEASE_MS)]);
    expect(await verdicts(database)).toEqual(Array(3).fill('09:00:00 running'));
    expect(handler.attempts.some(({ signal }) => signal.aborted)).toBe(false);
  });

  it('are never shortened by a renewal that took long to arrive', async () => {
    await insertJob(database, ONCE);
    await start();
    // While this process stood still, with a renewal on its way, somebody has stood in for it.
    await database.query('UPDATE runs SET wake_at = $1', [after(3 * LEASE_MS)]);

    await engine.leases.renew();

    expect(await leaseEnds()).toEqual([after(3 * LEASE_MS)]);
    expect(handler.attempts[0]?.signal.aborted).toBe(false);
  });

  it('end an attempt whose lease is over, although nobody has taken the run yet', async () => {
    await insertJob(database, ONCE);
    await start();

    clock.advance(LEASE_MS);
    await engine.leases.renew();

    expect(handler.attempts[0]?.signal.reason).toBe('lease-lost');
    expect(await verdicts(database)).toEqual(['09:00:00 running']);
  });

  it('end an attempt whose run was taken away', async () => {
    await insertJob(database, ONCE);
    await start();
    await database.query('UPDATE runs SET fence = fence + 1');

    await engine.leases.renew();

    expect(handler.attempts[0]?.signal.reason).toBe('lease-lost');
    await engine.inFlight.settle(5_000);
    expect(engine.inFlight.size).toBe(0);
  });

  it('refuse the end of an attempt that comes after its lease', async () => {
    const gate = new Gate();
    handler.does(() => gate.passed);
    await insertJob(database, ONCE);
    await start();

    clock.advance(LEASE_MS);
    gate.open();
    await engine.inFlight.settle(5_000);

    expect(await verdicts(database)).toEqual(['09:00:00 running']);
    expect(await refused()).toBe(1);
  });

  it('accept an end in the last moment', async () => {
    const gate = new Gate();
    handler.does(() => gate.passed);
    await insertJob(database, ONCE);
    await start();

    clock.advance(LEASE_MS - 1);
    gate.open();
    await engine.inFlight.settle(5_000);

    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
    expect(await refused()).toBe(0);
  });

  it('keep two attempts of one run apart that a worker holds at the same time', async () => {
    const [first, second] = [new Gate(), new Gate()];
    handler.does(({ attempt }) => (attempt === 1 ? first : second).passed);
    await insertJob(database, ONCE);
    await start();
    clock.advance(LEASE_MS);
    await engine.rescuer.tick();
    await engine.worker.tick();
    expect(engine.inFlight.size).toBe(2);

    // The first one is shut out, and the second one keeps its lease, whatever the first one does.
    await engine.leases.renew();
    expect(handler.attempts.map(({ signal }) => signal.reason as unknown)).toEqual([
      'lease-lost',
      undefined,
    ]);
    await eventually(() => engine.inFlight.size === 1);
    clock.advance(LEASE_MS - 1);
    await engine.leases.renew();
    expect(await leaseEnds()).toEqual([after(LEASE_MS)]);

    second.open();
    await engine.inFlight.settle(5_000);
    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
  });

  it('count a late end as refused although the next attempt has ended in the same moment', async () => {
    const [first, second] = [new Gate(), new Gate()];
    handler.does(({ attempt }) => (attempt === 1 ? first : second).passed);
    await insertJob(database, ONCE);
    await start();
    clock.advance(LEASE_MS);
    await engine.rescuer.tick();
    await engine.worker.tick();

    first.open({ kind: 'failed', error: 'the late one' });
    second.open();
    await engine.inFlight.settle(5_000);

    expect(await ledger(database)).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
    expect(await refused()).toBe(1);
  });

  it('go back at once when a worker stops, and leave what others hold alone', async () => {
    const [kept] = await insertJobs(database, 2, ONCE);
    await start();
    await database.query('UPDATE runs SET fence = fence + 1 WHERE job_id = $1', [kept]);

    await engine.leases.handBack();

    expect(await verdicts(database)).toEqual(['09:00:00 running', '09:00:00 queued']);
    handler.does(() => ({ kind: 'succeeded' }));
    await runStarted(engine);
    expect(await verdicts(database)).toEqual(['09:00:00 running', '09:00:00 succeeded']);
  });

  async function start(): Promise<void> {
    await engine.planner.tick();
    await engine.worker.tick();
  }

  function after(ms: number): Date {
    return new Date(clock.now().getTime() + ms);
  }

  async function leaseEnds(): Promise<Date[]> {
    const rows = await database.query<{ wake_at: Date }>('SELECT DISTINCT wake_at FROM runs');
    return rows.map((row) => row.wake_at);
  }

  async function refused(): Promise<number> {
    const { values } = await engine.metrics.finishesRefused.get();
    return values[0]?.value ?? 0;
  }
});
