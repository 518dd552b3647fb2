import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

let database: TestDatabase;
let engine: Engine;
let scripted: ScriptedJob;

beforeEach(async () => {
  database = await createDatabase();
  scripted = new ScriptedJob();
  const clock = new FakeClock('2026-11-24T09:00:00Z');
  engine = openEngine(database, { clock, handlers: [scripted] });
});
afterEach(() => database.drop());

/** Registers a job that is due every minute from 09:01 on. */
async function aMinutelyJob(fields: object = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *', ...fields });
  return id;
}

function at(time: string): void {
  engine.clock.set(`2026-11-24T${time}Z`);
}

async function runDueAt(time: string): Promise<void> {
  at(time);
  await engine.runDue();
}

async function plan(): Promise<void> {
  while ((await engine.planner.tick()) > 0);
}

async function pauseAt(time: string, id: number): Promise<void> {
  at(time);
  await engine.jobs.update(id, { isActive: false });
}

async function resumeAt(time: string, id: number): Promise<void> {
  at(time);
  await engine.jobs.update(id, { isActive: true });
}

/** Every range of the ledger as `from-to count (reason)`. */
async function ranges(): Promise<string[]> {
  const rows = (await ledger(database)).filter(({ rangeCount }) => rangeCount !== null);
  const time = (instant: Date | null): string => instant?.toISOString().slice(11, 19) ?? '';
  return rows.map(
    ({ rangeFrom, rangeTo, rangeCount, reason }) =>
      `${time(rangeFrom)}-${time(rangeTo)} ${rangeCount} (${reason})`,
  );
}

describe('a pause', () => {
  it('withdraws what is planned, and starts nothing', async () => {
    const id = await aMinutelyJob();
    at('09:00:59');
    await plan();

    await pauseAt('09:00:59', id);

    await runDueAt('09:05:00');
    expect(await verdicts(database)).toEqual([]);
    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: new Date('2026-11-24T09:00:59Z'),
    });
  });

  it('is one skipped range once it is over, with its exact count, and nothing of it fires', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id);

    await resumeAt('09:10:30', id);

    await engine.runDue();
    expect(await ranges()).toEqual(['09:01:00-09:10:00 10 (paused)']);
    expect(await ledger(database)).toHaveLength(1);
    await runDueAt('09:11:00');
    expect(await verdicts(database)).toEqual(['09:10:00 skipped (paused)', '09:11:00 succeeded']);
  });

  it('includes the instant of the resume, and not that of the pause', async () => {
    const id = await aMinutelyJob();
    at('09:01:00');
    await plan();
    await pauseAt('09:01:00', id);

    await resumeAt('09:05:00', id);

    await runDueAt('09:06:00');
    expect(await ranges()).toEqual(['09:02:00-09:05:00 4 (paused)']);
    expect(await verdicts(database)).toEqual([
      '09:01:00 skipped (paused)',
      '09:05:00 skipped (paused)',
      '09:06:00 succeeded',
    ]);
  });

  it('leaves no row when no instant fell into it', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:10', id);

    await resumeAt('09:00:50', id);

    expect(await ledger(database)).toEqual([]);
    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('may last for years and still be counted', async () => {
    const id = await aMinutelyJob({ schedule: '* * * * * *' });
    await pauseAt('09:00:00', id);
    engine.clock.set('2036-11-24T09:00:00Z');

    await engine.jobs.update(id, { isActive: true });

    const seconds = (Date.UTC(2036, 10, 24, 9) - Date.UTC(2026, 10, 24, 9)) / 1_000;
    expect(await ledger(database)).toMatchObject([{ reason: 'paused', rangeCount: seconds }]);
  });

  it('settles what the planner was behind by as well', async () => {
    const id = await aMinutelyJob();

    await pauseAt('09:03:30', id);
    await resumeAt('09:05:30', id);

    expect(await ranges()).toEqual([
      '09:01:00-09:03:00 3 (paused)',
      '09:04:00-09:05:00 2 (paused)',
    ]);
  });

  it('ends what waits for another attempt, and not what is under way', async () => {
    const gate = new Gate();
    const retry = { maxAttempts: 2, initialDelayMs: 300_000, jitter: 0 };
    const retrying = await aMinutelyJob({ type: 'scripted', retry });
    scripted.does(() => ({ kind: 'retry', error: 'not yet' }));
    await runDueAt('09:01:00');
    const running = await aMinutelyJob({ type: 'scripted' });
    scripted.does(() => gate.passed);
    at('09:02:00');
    await plan();
    await engine.worker.tick();

    await pauseAt('09:02:01', retrying);
    await pauseAt('09:02:01', running);
    gate.open();
    await engine.inFlight.settle(10_000);

    const [cancelled] = await ledger(database, retrying);
    expect(cancelled).toMatchObject({ status: 'cancelled', reason: 'paused', wakeAt: null });
    expect(await verdicts(database, running)).toEqual(['09:02:00 succeeded']);
  });

  it('knows only the schedule that was in force, when it changes meanwhile', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id);
    at('09:03:30');
    await engine.jobs.update(id, { schedule: '*/10 * * * * *' });

    await resumeAt('09:04:00', id);

    expect(await ranges()).toEqual([
      '09:01:00-09:03:00 3 (paused)',
      '09:03:40-09:04:00 3 (paused)',
    ]);
  });

  it('goes on when something else is changed, or when it is asked for again', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id);
    await pauseAt('09:02:30', id);
    at('09:03:30');
    await engine.jobs.update(id, { name: 'b' });

    await resumeAt('09:05:30', id);
    await resumeAt('09:05:40', id);

    expect(await ranges()).toEqual(['09:01:00-09:05:00 5 (paused)']);
  });

  it('that a job begins with counts from its creation', async () => {
    const id = await aMinutelyJob({ isActive: false });

    await resumeAt('09:04:30', id);

    expect(await ranges()).toEqual(['09:01:00-09:04:00 4 (paused)']);
  });

  it('does not reach beyond the end of the schedule', async () => {
    const id = await aMinutelyJob({ endAt: '2026-11-24T09:05:00Z' });
    await pauseAt('09:02:30', id);
    at('09:30:00');
    await expect(engine.jobs.update(id, { isActive: true })).rejects.toThrow('no instant ahead');

    await engine.jobs.update(id, { isActive: true, endAt: null });

    expect(await ranges()).toEqual([
      '09:01:00-09:02:00 2 (paused)',
      '09:03:00-09:05:00 3 (paused)',
    ]);
    await runDueAt('09:31:00');
    expect((await verdicts(database)).at(-1)).toBe('09:31:00 succeeded');
  });
});

describe('a deletion', () => {
  it('withdraws what is planned and cancels what is due', async () => {
    const id = await aMinutelyJob({ schedule: '*/2 * * * * *' });
    at('09:00:02');
    await plan();

    await engine.jobs.delete(id);

    await runDueAt('09:00:10');
    expect(await verdicts(database)).toEqual(['09:00:02 cancelled (deleted)']);
  });

  it('shuts out the worker that still carries a run out', async () => {
    const gate = new Gate();
    const id = await aMinutelyJob({ type: 'scripted' });
    scripted.does(() => gate.passed);
    at('09:01:00');
    await plan();
    await engine.worker.tick();

    await engine.jobs.delete(id);
    gate.open();
    await engine.inFlight.settle(10_000);

    expect(await ledger(database)).toMatchObject([
      { status: 'cancelled', reason: 'deleted', result: null, wakeAt: null, fence: 2 },
    ]);
  });

  it('settles what the planner is behind by', async () => {
    const id = await aMinutelyJob();
    at('09:04:30');

    await engine.jobs.delete(id);

    await engine.runDue();
    expect(await ranges()).toEqual(['09:01:00-09:04:00 4 (missed)']);
  });

  it('ends a pause', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:01:30', id);
    at('09:04:30');

    await engine.jobs.delete(id);

    expect(await ranges()).toEqual([
      '09:01:00-09:01:00 1 (paused)',
      '09:02:00-09:04:00 3 (paused)',
    ]);
  });

  it('cancels a start by hand that nobody has begun', async () => {
    const id = await aMinutelyJob();
    await engine.jobs.trigger(id, undefined);

    await engine.jobs.delete(id);

    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:00:00-1 cancelled (deleted)']);
  });
});
