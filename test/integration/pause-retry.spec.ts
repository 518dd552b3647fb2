import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

describe('a run that is under way when its job is paused', () => {
  const gate = new Gate();
  let database: TestDatabase;
  let clock: FakeClock;
  let engine: Engine;
  let handler: ScriptedJob;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T09:00:00Z');
    handler = new ScriptedJob(() => gate.passed);
    engine = openEngine(database, { clock, handlers: [handler] });
  });
  afterEach(() => database.drop());

  it('ends with the attempt that it is in: no other one starts during the pause', async () => {
    const retry = { maxAttempts: 3, initialDelayMs: 0, jitter: 0 };
    const job = { name: 'minutely', schedule: '* * * * *', type: 'scripted', retry };
    const { id } = await engine.jobs.create(job);
    clock.set('2026-11-24T09:01:00Z');
    await engine.planner.tick();
    await engine.worker.tick();

    await engine.jobs.update(id, { isActive: false });
    gate.open({ kind: 'retry', error: 'not yet' });
    await engine.inFlight.settle(5_000);
    clock.advance(1_000);
    await engine.runDue();

    expect(handler.attempts).toHaveLength(1);
    // The revision stays that of the attempt: nothing has started from the one of the pause.
    expect(await database.query('SELECT status, reason, attempt, revision FROM runs')).toEqual([
      { status: 'cancelled', reason: 'paused', attempt: 1, revision: 1 },
    ]);
  });
});
