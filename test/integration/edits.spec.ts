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

async function nextRunOf(id: number): Promise<string | undefined> {
  const { nextRun } = await engine.jobs.get(id);
  return nextRun?.toISOString().slice(11, 19);
}

describe('a new schedule', () => {
  it('withdraws what is planned from the old one', async () => {
    const id = await aMinutelyJob();
    at('09:00:59');
    await plan();
    expect(await verdicts(database)).toEqual(['09:01:00 planned']);

    await engine.jobs.update(id, { schedule: '*/5 * * * *' });

    expect(await verdicts(database)).toEqual([]);
    await runDueAt('09:01:30');
    expect(await verdicts(database)).toEqual([]);
    await runDueAt('09:05:00');
    expect(await verdicts(database)).toEqual(['09:05:00 succeeded']);
  });

  it('plans an instant again that it shares with the old one', async () => {
    const id = await aMinutelyJob();
    at('09:00:59');
    await plan();

    await engine.jobs.update(id, { schedule: '*/30 * * * * *' });

    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
    expect(await ledger(database)).toMatchObject([{ revision: 2 }]);
  });

  it('gives what is due and has not started its verdict, and does not start it', async () => {
    const id = await aMinutelyJob();
    at('09:01:00');
    await plan();

    await engine.jobs.update(id, { schedule: '*/5 * * * *' });

    await runDueAt('09:01:01');
    expect(await verdicts(database)).toEqual(['09:01:00 skipped (missed)']);
  });

  it('settles what the planner is behind by as one range', async () => {
    const id = await aMinutelyJob();
    at('09:10:30');

    await engine.jobs.update(id, { schedule: '0 * * * *' });

    await engine.runDue();
    const [range, ...others] = await ledger(database);
    expect(others).toEqual([]);
    expect(range).toMatchObject({
      status: 'skipped',
      reason: 'missed',
      revision: 1,
      rangeFrom: new Date('2026-11-24T09:01:00Z'),
      rangeTo: new Date('2026-11-24T09:10:00Z'),
      rangeCount: 10,
    });
    expect(await nextRunOf(id)).toBe('10:00:00');
  });

  it('counts the instant of the change itself as the last of the old schedule', async () => {
    const id = await aMinutelyJob();
    at('09:02:00');

    await engine.jobs.update(id, { schedule: '*/2 * * * *' });

    await engine.runDue();
    expect(await ledger(database)).toMatchObject([{ reason: 'missed', rangeCount: 2 }]);
    expect(await nextRunOf(id)).toBe('09:04:00');
  });

  it('never begins in the past', async () => {
    const id = await aMinutelyJob();
    at('09:00:30');

    await engine.jobs.update(id, { schedule: '@every 10m', startAt: '2026-11-24T08:05:00Z' });

    await engine.runDue();
    expect(await verdicts(database)).toEqual([]);
    expect(await nextRunOf(id)).toBe('09:05:00');
  });

  it('leaves a run under way, and one between two attempts, alone', async () => {
    const gate = new Gate();
    const retry = { maxAttempts: 2, initialDelayMs: 60_000, jitter: 0 };
    const id = await aMinutelyJob({ type: 'scripted', retry });
    scripted.does(() => gate.passed);
    at('09:01:00');
    await plan();
    await engine.worker.tick();

    await engine.jobs.update(id, { schedule: '0 12 * * *' });
    gate.open({ kind: 'retry', error: 'not yet' });
    await engine.inFlight.settle(10_000);
    await engine.jobs.update(id, { schedule: '0 13 * * *' });

    expect(await verdicts(database)).toEqual(['09:01:00 queued']);
    scripted.does(() => ({ kind: 'succeeded' }));
    await runDueAt('09:02:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it.each([
    ['timezone', { timezone: 'Asia/Kolkata' }],
    ['endAt', { endAt: '2026-11-24T12:00:00Z' }],
    ['startAt', { startAt: '2026-11-24T10:00:00Z' }],
    ['dst', { dst: { gap: 'skip' as const } }],
  ])('may be one for another %s', async (_field, patch) => {
    const id = await aMinutelyJob();
    at('09:03:30');

    await engine.jobs.update(id, patch);

    expect(await ledger(database)).toMatchObject([{ reason: 'missed', rangeCount: 3 }]);
  });
});

describe('a change of something else', () => {
  it('leaves what is planned, which starts from the new definition', async () => {
    const id = await aMinutelyJob({ payload: 'old' });
    at('09:00:59');
    await plan();

    await engine.jobs.update(id, { payload: 'new', name: 'b' });

    await runDueAt('09:01:00');
    expect(await ledger(database)).toMatchObject([
      { status: 'succeeded', revision: 2, log: ['new'] },
    ]);
  });

  it('leaves what is due to start late', async () => {
    const id = await aMinutelyJob({ payload: 'old' });
    at('09:01:02');

    await engine.jobs.update(id, { payload: 'new' });

    await engine.runDue();
    expect(await ledger(database)).toMatchObject([
      { status: 'succeeded', trigger: 'schedule', log: ['new'] },
    ]);
  });

  it('that changes nothing keeps revision, planned runs and the time of the last change', async () => {
    const id = await aMinutelyJob();
    at('09:00:59');
    await plan();

    const job = await engine.jobs.update(id, { name: 'a', schedule: '* * * * *', dst: {} });

    expect(job).toMatchObject({ revision: 1, updatedAt: job.createdAt });
    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
  });

  it('does not move an interval, which counts from the creation of its job', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '@every 90s' });
    at('09:00:40');

    await engine.jobs.update(id, { description: 'new' });

    await runDueAt('09:01:30');
    await runDueAt('09:03:00');
    expect(await verdicts(database)).toEqual(['09:01:30 succeeded', '09:03:00 succeeded']);
  });
});

describe('a one-off', () => {
  const at0905 = { name: 'once', schedule: '@at 2026-11-24T09:05:00Z' };

  it('is completed once it has started, and kept', async () => {
    const { id } = await engine.jobs.create(at0905);

    await runDueAt('09:05:00');

    const job = await engine.jobs.get(id);
    expect(job).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: null,
      pausedReason: null,
    });
    expect(job.lastRun).toEqual(new Date('2026-11-24T09:05:00Z'));
    await runDueAt('09:30:00');
    expect(await verdicts(database)).toEqual(['09:05:00 succeeded']);
  });

  it('runs at its new instant only when it was moved in time', async () => {
    const { id } = await engine.jobs.create(at0905);
    at('09:04:59');
    await plan();

    await engine.jobs.update(id, { schedule: '@at 2026-11-24T09:07:00Z' });

    await runDueAt('09:05:00');
    await runDueAt('09:07:00');
    expect(await verdicts(database)).toEqual(['09:07:00 succeeded']);
  });

  it('may be renamed while its instant waits to be started', async () => {
    const { id } = await engine.jobs.create(at0905);
    at('09:05:01');

    const behind = await engine.jobs.update(id, { name: 'renamed' });
    await plan();
    const planned = await engine.jobs.update(id, { name: 'renamed again' });

    expect([behind.isActive, planned.isActive]).toEqual([true, true]);
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:05:00 succeeded']);
    expect((await engine.jobs.get(id)).isActive).toBe(false);
  });

  it('cannot be moved into the past, or be resumed when it is over', async () => {
    const { id } = await engine.jobs.create(at0905);
    await expect(engine.jobs.update(id, { schedule: '@at 2026-11-24T08:00:00Z' })).rejects.toThrow(
      'no instant ahead',
    );
    await runDueAt('09:05:00');

    await expect(engine.jobs.update(id, { isActive: true })).rejects.toThrow('no instant ahead');

    expect((await engine.jobs.get(id)).revision).toBe(2);
  });

  it('runs again when it gets another instant after it was completed', async () => {
    const { id } = await engine.jobs.create(at0905);
    await runDueAt('09:05:00');

    await engine.jobs.update(id, { schedule: '@at 2026-11-24T09:10:00Z', isActive: true });

    await runDueAt('09:10:00');
    expect(await verdicts(database)).toEqual(['09:05:00 succeeded', '09:10:00 succeeded']);
  });
});
