import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { RunFinishedError } from '../../src/runs/run-errors.ts';
import { RunDto } from '../../src/runs/dto/run.dto.ts';
import { runId } from '../../src/runs/run-id.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { type ByHand, openByHand } from '../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const DAY = '2026-11-24T';

let database: TestDatabase;
let engine: Engine;
let byHand: ByHand;
let scripted: ScriptedJob;

beforeEach(async () => {
  database = await createDatabase();
  scripted = new ScriptedJob();
  engine = openEngine(database, { clock: new FakeClock(`${DAY}09:00:00Z`), handlers: [scripted] });
  byHand = openByHand(database, engine);
});
afterEach(async () => {
  await abandonAttempts(engine);
  await database.drop();
});

/** Registers a job that is due every minute from 09:01 on. */
async function aMinutelyJob(fields: object = {}): Promise<number> {
  const input = { name: 'a', schedule: '* * * * *', type: 'scripted', ...fields };
  const { id } = await engine.jobs.create(input);
  return id;
}

function at(time: string): void {
  engine.clock.set(`${DAY}${time}Z`);
}

async function planAt(time: string): Promise<void> {
  at(time);
  while ((await engine.planner.tick()) > 0);
}

async function runDueAt(...times: string[]): Promise<void> {
  for (const time of times) {
    at(time);
    await engine.runDue();
  }
}

function idOf(jobId: number, time: string): string {
  return runId({ jobId, scheduledFor: new Date(`${DAY}${time}Z`), ordinal: 0 });
}

/** Starts a run at 09:01 that waits for the gate. */
async function startAt0901(fields: object = {}): Promise<{ id: number; run: string; gate: Gate }> {
  const gate = new Gate();
  scripted.does(() => gate.passed);
  const id = await aMinutelyJob(fields);
  await planAt('09:01:00');
  await engine.worker.tick();
  return { id, run: idOf(id, '09:01:00'), gate };
}

describe('a run that is cancelled ahead of its instant', () => {
  it('is not started, and is not planned again', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');

    const run = await byHand.runs.cancel(idOf(id, '09:01:00'), 'not today');

    expect(run).toMatchObject({ status: 'cancelled', reason: 'not today', attempt: 0 });
    await runDueAt('09:01:00', '09:02:00');
    expect(await verdicts(database)).toEqual([
      '09:01:00 cancelled (not today)',
      '09:02:00 succeeded',
    ]);
  });

  it('stays so when an edit has all instants planned anew', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    await byHand.runs.cancel(idOf(id, '09:01:00'));

    await engine.jobs.update(id, { schedule: '*/30 * * * * *' });

    await runDueAt('09:01:00', '09:01:30');
    expect(await verdicts(database)).toEqual([
      '09:01:00 cancelled (requested)',
      '09:01:30 succeeded',
    ]);
  });

  it('has its one row only when the job is paused and goes on after its instant', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    await byHand.runs.cancel(idOf(id, '09:01:00'));
    await engine.jobs.update(id, { isActive: false });

    at('09:01:30');
    await engine.jobs.update(id, { isActive: true });

    await runDueAt('09:02:00');
    expect(await verdicts(database)).toEqual([
      '09:01:00 cancelled (requested)',
      '09:02:00 succeeded',
    ]);
  });

  it('is none of the instants that a pause has left out', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    await byHand.runs.cancel(idOf(id, '09:01:00'));
    await engine.jobs.update(id, { isActive: false });

    at('09:04:30');
    await engine.jobs.delete(id);

    expect(await ledger(database)).toMatchObject([
      { status: 'cancelled', rangeCount: null },
      { status: 'skipped', reason: 'paused', rangeCount: 3 },
    ]);
  });

  it('is none of the instants that an outage has left out', async () => {
    const missed = { policy: 'all', maxCount: 10 };
    const id = await aMinutelyJob({ schedule: '* * * * * *', missed });
    await planAt('09:00:00');
    await byHand.runs.cancel(idOf(id, '09:00:02'));

    await planAt('09:00:12');

    const [first, second, ...others] = await ledger(database);
    expect([first, second]).toMatchObject([
      { scheduledFor: `${DAY}09:00:01.000Z`, reason: 'missed', rangeCount: 1 },
      { scheduledFor: `${DAY}09:00:02.000Z`, status: 'cancelled', rangeCount: null },
    ]);
    expect(others.every(({ status }) => status === 'planned')).toBe(true);
  });

  it('may be the last one of a job, which is completed then', async () => {
    const id = await aMinutelyJob({ schedule: `@at ${DAY}09:01:00Z` });
    await planAt('09:00:59');
    await byHand.runs.cancel(idOf(id, '09:01:00'));

    at('09:01:00');
    await engine.reconciler.tick();

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, nextRun: null });
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:01:00 cancelled (requested)']);
  });
});

describe('a run that is cancelled while it waits', () => {
  it('for its start is not started', async () => {
    const id = await aMinutelyJob({ schedule: '@yearly' });
    const run = runId(await engine.jobs.trigger(id, undefined));

    await byHand.runs.cancel(run);

    await runStarted(engine);
    expect(await verdicts(database)).toEqual(['09:00:00-1 cancelled (requested)']);
    expect(scripted.attempts).toEqual([]);
  });

  it('for another attempt gets none, and keeps the one that it had', async () => {
    scripted.does(() => ({ kind: 'retry', error: 'not yet' }));
    const id = await aMinutelyJob({ retry: { maxAttempts: 3, initialDelayMs: 1_000, jitter: 0 } });
    await runDueAt('09:01:00');

    const run = await byHand.runs.cancel(idOf(id, '09:01:00'));

    expect(RunDto.from(run)).toMatchObject({
      status: 'cancelled',
      attempts: [{ attempt: 1, outcome: 'retry' }],
    });
    await runDueAt('09:01:05');
    expect(scripted.attempts).toHaveLength(1);
  });
});

describe('a run that is cancelled while it is under way', () => {
  it('is over at once, and shows the attempt that was cancelled', async () => {
    const { run } = await startAt0901();
    at('09:01:20');

    const cancelled = await byHand.runs.cancel(run);

    expect(RunDto.from(cancelled)).toMatchObject({
      status: 'cancelled',
      reason: 'requested',
      finishedAt: new Date(`${DAY}09:01:20Z`),
      durationMs: 20_000,
      attempts: [{ attempt: 1, outcome: 'cancelled', error: null }],
    });
  });

  it('is not written to by its worker any more', async () => {
    const { run, gate } = await startAt0901();
    await byHand.runs.cancel(run);

    gate.open({ kind: 'succeeded', result: 'too late' });
    await engine.inFlight.settle(5_000);

    expect(await ledger(database)).toMatchObject([{ status: 'cancelled', result: null, fence: 2 }]);
    const { values } = await engine.metrics.finishesRefused.get();
    expect(values[0]?.value).toBe(1);
  });

  it('is not taken over when its lease would have ended', async () => {
    const { run } = await startAt0901();
    await byHand.runs.cancel(run);

    at('09:05:00');
    await engine.rescuer.tick();

    expect(await verdicts(database)).toEqual(['09:01:00 cancelled (requested)']);
  });

  it('lets the run in that was held back by it', async () => {
    const { run } = await startAt0901({ overlap: 'queue' });
    await planAt('09:02:00');
    await engine.worker.tick();
    expect(await verdicts(database)).toEqual(['09:01:00 running', '09:02:00 queued (waiting)']);

    await byHand.runs.cancel(run);

    scripted.does(() => ({ kind: 'succeeded' }));
    await engine.worker.tick();
    await eventually(async () => {
      expect(await verdicts(database)).toEqual([
        '09:01:00 cancelled (requested)',
        '09:02:00 succeeded',
      ]);
      return true;
    });
  });

  it('keeps nobody waiting for a run that was held back, and is cancelled itself', async () => {
    const { id, run } = await startAt0901({ overlap: 'queue' });
    await planAt('09:02:00');
    await engine.worker.tick();

    await byHand.runs.cancel(idOf(id, '09:02:00'));

    expect(await verdicts(database)).toEqual([
      '09:01:00 running',
      '09:02:00 cancelled (requested)',
    ]);
    await byHand.runs.cancel(run);
  });
});

describe('cancelling against an end', () => {
  it('comes too late when the end is stored', async () => {
    const { run, gate } = await startAt0901();
    gate.open();
    await engine.inFlight.settle(5_000);

    await expect(byHand.runs.cancel(run)).rejects.toThrow(RunFinishedError);

    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('comes too late when the end is being stored', async () => {
    const { run } = await startAt0901();
    const other = await database.pool.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE runs SET status = 'succeeded', wake_at = NULL, finished_at = $1`, [
      engine.clock.now(),
    ]);

    const refusal = byHand.runs.cancel(run).catch((error: unknown) => error);
    await untilSomebodyWaits();
    await other.query('COMMIT');
    other.release();

    expect(await refusal).toEqual(new RunFinishedError(run, 'succeeded'));
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('has one verdict, and it is the one that was answered', async () => {
    const gates: Gate[] = [];
    scripted.does(() => {
      const gate = new Gate();
      gates.push(gate);
      return gate.passed;
    });
    const id = await aMinutelyJob({ schedule: '@yearly', overlap: 'allow' });
    const runs = await Promise.all(
      Array.from({ length: 30 }, async () => runId(await engine.jobs.trigger(id, undefined))),
    );
    while (gates.length < runs.length) await engine.worker.tick();

    const answers = await Promise.all(
      runs.map(async (run, index) => {
        gates[index]?.open();
        return byHand.runs.cancel(run).then(
          ({ status }) => status,
          (error: Error) => (error instanceof RunFinishedError ? 'succeeded' : error),
        );
      }),
    );
    await engine.inFlight.settle(5_000);

    const verdictOf = async (run: string) => (await byHand.runs.get(run)).status;
    expect(await Promise.all(runs.map(verdictOf))).toEqual(answers);
  });

  async function untilSomebodyWaits(): Promise<void> {
    await eventually(async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  }
});

describe('a run that cannot be cancelled', () => {
  it.each(['succeeded', 'failed', 'skipped', 'cancelled', 'lost'])(
    'is one that is over: %s',
    async (status) => {
      const id = await aMinutelyJob();
      await database.query(
        `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, finished_at)
         VALUES ($1, $2, 1, $3, 'schedule', $2)`,
        [id, `${DAY}08:00:00Z`, status],
      );
      const before = await ledger(database);

      await expect(byHand.runs.cancel(idOf(id, '08:00:00'))).rejects.toThrow(`is over: ${status}`);

      expect(await ledger(database)).toEqual(before);
    },
  );

  it('is one that never was, or is another one', async () => {
    const { id } = await startAt0901();

    await expect(byHand.runs.cancel(idOf(id, '09:01:01'))).rejects.toThrow('No run has the id');
    await expect(byHand.runs.cancel(`${idOf(id, '09:01:00')}-1`)).rejects.toThrow('No run');

    expect(await verdicts(database)).toEqual(['09:01:00 running']);
  });
});
