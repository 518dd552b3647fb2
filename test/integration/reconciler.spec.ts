import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const SECONDLY = { type: 'scripted', schedule: '* * * * * *', nextRun: NINE };

describe('the reconciler', () => {
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

  it('goes on from the last instant that the ledger knows, so that none is lost', async () => {
    const id = await insertJob(database, SECONDLY);
    await engine.runDue();
    await loseNextRuns();
    for (const second of [1, 2]) {
      clock.set(`2026-11-24T09:00:0${second}Z`);
      await engine.runDue();
    }

    clock.set('2026-11-24T09:00:30Z');
    expect(await engine.reconciler.tick()).toBe(1);
    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: true,
      nextRun: new Date('2026-11-24T09:00:03Z'),
    });
    await engine.runDue();

    expect((await verdicts(database)).slice(0, 5)).toEqual([
      '09:00:00 succeeded',
      '09:00:01 succeeded',
      '09:00:02 succeeded',
      '09:00:29 skipped (missed)',
      '09:00:30 succeeded',
    ]);
    expect((await ledger(database))[3]).toMatchObject({
      rangeFrom: new Date('2026-11-24T09:00:03Z'),
      rangeCount: 27,
    });
  });

  it('finds a job that has never run', async () => {
    const id = await insertJob(database, { ...SECONDLY, createdAt: '2026-11-24T08:59:58.500Z' });
    await loseNextRuns();

    await engine.reconciler.tick();

    expect(await engine.jobs.get(id)).toMatchObject({ nextRun: new Date('2026-11-24T08:59:59Z') });
  });

  it('goes on from an edit, since nothing from before it may fire', async () => {
    const id = await insertJob(database, SECONDLY);
    clock.set('2026-11-24T09:30:00Z');
    await engine.jobs.update(id, { schedule: '0 * * * *' });
    await loseNextRuns();

    await engine.reconciler.tick();

    expect(await engine.jobs.get(id)).toMatchObject({ nextRun: new Date('2026-11-24T10:00:00Z') });
  });

  it('repairs a job while one of its runs is still under way', async () => {
    const id = await insertJob(database, { ...SECONDLY, schedule: '* * * * *' });
    handler.does(() => new Promise(() => undefined));
    await engine.planner.tick();
    await engine.worker.tick();
    await loseNextRuns();

    expect(await engine.reconciler.tick()).toBe(1);

    expect(await engine.jobs.get(id)).toMatchObject({ nextRun: new Date('2026-11-24T09:01:00Z') });
  });

  it('leaves a job alone whose last occurrence has yet to start', async () => {
    const id = await insertJob(database, { ...SECONDLY, endAt: '2026-11-24T09:00:01.500Z' });
    await engine.planner.tick();

    expect(await engine.reconciler.tick()).toBe(0);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true, nextRun: null });

    // A start by hand is not the last occurrence.
    await engine.jobs.trigger(id, undefined);
    await runStarted(engine);
    await runStarted(engine);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true });
    clock.set('2026-11-24T09:00:01Z');
    await runStarted(engine);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
  });

  it('completes a job whose schedule has ended without a last run', async () => {
    const id = await insertJob(database, {
      ...SECONDLY,
      nextRun: '2026-11-20T09:00:00Z',
      endAt: '2026-11-20T10:00:00Z',
    });
    await engine.planner.tick();
    expect(await verdicts(database)).toEqual(['10:00:00 skipped (missed)']);

    await engine.reconciler.tick();

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, nextRun: null });
  });

  it('leaves what cannot be read as it is, until it can be read again', async () => {
    const [broken, sound] = await insertJobs(database, 2, SECONDLY);
    const zone = (name: string) =>
      database.query('UPDATE jobs SET timezone = $2 WHERE id = $1', [broken, name]);
    await engine.planner.tick();
    await zone('Mars/Olympus');
    await engine.planner.tick();
    clock.advance(1_000);
    await engine.runDue();
    clock.advance(1_000);
    await engine.runDue();
    await loseNextRuns();

    expect(await engine.reconciler.tick()).toBe(1);
    expect(await engine.jobs.get(broken as number)).toMatchObject({
      isActive: true,
      nextRun: null,
    });
    expect((await engine.jobs.get(sound as number)).nextRun).not.toBeNull();

    await zone('UTC');
    expect(await engine.reconciler.tick()).toBe(1);
    expect((await engine.jobs.get(broken as number)).nextRun).not.toBeNull();
  });

  it('has nothing to do with jobs that are paused or deleted', async () => {
    const [paused, deleted] = await insertJobs(database, 2, SECONDLY);
    await engine.jobs.update(paused as number, { isActive: false });
    await engine.jobs.delete(deleted as number);

    expect(await engine.reconciler.tick()).toBe(0);
    expect(await engine.jobs.get(paused as number)).toMatchObject({ nextRun: null });
  });

  it('passes over a job that somebody else has locked', async () => {
    await insertJob(database, SECONDLY);
    await loseNextRuns();

    await inTransaction(database.pool, async (transaction) => {
      await transaction.query('SELECT FROM jobs FOR UPDATE');

      expect(await engine.reconciler.tick()).toBe(0);
    });
    expect(await engine.reconciler.tick()).toBe(1);
  });

  async function loseNextRuns(): Promise<void> {
    await database.query('UPDATE jobs SET next_run = NULL');
  }
});
