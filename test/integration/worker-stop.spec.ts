import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { INSTANCE } from '../../src/common/instance.ts';
import { Config } from '../../src/config/config.ts';
import { createPool } from '../../src/database/pool.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { Cable } from '../support/cable.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { insertJob } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const ONCE = { type: 'scripted', schedule: '0 9 24 11 *', nextRun: NINE };

describe('a worker that stops', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    handler = new ScriptedJob(() => new Promise(() => undefined));
    engine = open(database, 0);
  });
  afterEach(async () => {
    await abandonAttempts(engine);
    await database.drop();
  });

  it('hands back what has not ended within the grace time, at once', async () => {
    await start();

    await engine.worker.beforeApplicationShutdown();

    expect(handler.attempts[0]?.signal.reason).toBe('stopping');
    expect(engine.inFlight.size).toBe(0);
    expect(await ledger(database)).toMatchObject([
      {
        status: 'queued',
        wakeAt: clock.now(),
        fence: 2,
        attempts: [{ attempt: 1, outcome: 'handed-back', worker: INSTANCE }],
      },
    ]);
  });

  it('hands a run to another worker, which starts it at once', async () => {
    await start();
    const other = open(database, 0);

    await engine.worker.beforeApplicationShutdown();
    handler.does(() => ({ kind: 'succeeded' }));
    await runStarted(other);

    expect(await ledger(database)).toMatchObject([{ status: 'succeeded', attempt: 2 }]);
  });

  it('hands back nothing whose lease is over: that attempt is lost, and counts as such', async () => {
    await start();
    clock.advance(new Config().LEASE_MS);

    await engine.worker.beforeApplicationShutdown();

    expect(await ledger(database)).toMatchObject([{ status: 'running', fence: 1 }]);
    await engine.rescuer.tick();
    expect(await ledger(database)).toMatchObject([
      { status: 'queued', attempts: [{ attempt: 1, outcome: 'lost' }] },
    ]);
  });

  it('goes without a database that is away: the leases end by themselves', async () => {
    const cable = await Cable.to(database.url);
    const pool = createPool({
      url: cable.url,
      size: 2,
      use: 'engine',
      onError: () => undefined,
    });
    const distant = open({ ...database, pool }, 0);
    await insertJob(database, ONCE);
    await distant.planner.tick();
    await distant.worker.tick();
    cable.cut();

    await distant.worker.beforeApplicationShutdown();

    expect(distant.inFlight.size).toBe(0);
    expect(await verdicts(database)).toEqual(['09:00:00 running']);
    clock.advance(15_000);
    await engine.rescuer.tick();
    expect(await verdicts(database)).toEqual(['09:00:00 queued']);
    await pool.end();
    await cable.close();
  });

  it('lets running work end within the grace time', async () => {
    engine = open(database, 10_000);
    const gate = new Gate();
    handler.does(() => gate.passed);
    await start();

    const stopped = engine.worker.beforeApplicationShutdown();
    gate.open();
    await stopped;

    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
  });

  it('stays until the last ends are stored, also beyond the grace time', async () => {
    const gate = new Gate();
    handler.does(() => gate.passed);
    await start();
    const holder = await database.pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM runs FOR UPDATE');
    gate.open();
    await eventually(() => engine.inFlight.underWay.length === 0);

    const stopped = engine.worker.beforeApplicationShutdown();
    await holder.query('COMMIT');
    holder.release();
    await stopped;

    expect(engine.inFlight.size).toBe(0);
    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
  });

  it('may be stopped twice, also at the same time', async () => {
    await start();

    await Promise.all([
      engine.worker.beforeApplicationShutdown(),
      engine.worker.beforeApplicationShutdown(),
    ]);
    await engine.worker.beforeApplicationShutdown();

    expect(engine.inFlight.size).toBe(0);
    expect(await ledger(database)).toMatchObject([{ status: 'queued', fence: 2 }]);
  });

  async function start(): Promise<void> {
    await insertJob(database, ONCE);
    await engine.planner.tick();
    await engine.worker.tick();
  }

  function open(on: TestDatabase, graceMs: number): Engine {
    const config = { SHUTDOWN_GRACE_MS: graceMs };
    return openEngine(on, { clock, handlers: [handler], config });
  }
});
