import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { runId } from '../../src/runs/run-id.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { type ByHand, openByHand } from '../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const WINDOW = { from: '2026-11-24T08:00:00Z', to: '2026-11-24T08:03:00Z' };

let database: TestDatabase;
let engine: Engine;
let byHand: ByHand;
let scripted: ScriptedJob;
let gates: Gate[];

beforeEach(async () => {
  database = await createDatabase();
  gates = [];
  scripted = new ScriptedJob(() => {
    const gate = new Gate();
    gates.push(gate);
    return gate.passed;
  });
  const clock = new FakeClock('2026-11-24T09:00:30Z');
  engine = openEngine(database, { clock, handlers: [scripted] });
  byHand = openByHand(database, engine);
});
afterEach(async () => {
  await abandonAttempts(engine);
  await database.drop();
});

/** Registers a job that is due every minute. */
async function aMinutelyJob(fields: object = {}): Promise<number> {
  const input = { name: 'a', schedule: '* * * * *', type: 'scripted', ...fields };
  const { id } = await engine.jobs.create(input);
  return id;
}

/** Ends the oldest attempt that is under way, and lets workers claim until nothing starts. */
async function endOne(): Promise<void> {
  const before = engine.inFlight.size;
  gates.shift()?.open();
  await eventually(() => engine.inFlight.size < before);
  await claimAll();
}

async function claimAll(): Promise<void> {
  let size: number;
  do {
    size = engine.inFlight.size;
    await engine.worker.tick();
  } while (engine.inFlight.size > size);
}

/** The instants of what has been begun so far, in that order. */
function begun(): string[] {
  return scripted.attempts.map(({ scheduledFor }) => scheduledFor.toISOString().slice(11, 16));
}

describe('a backfill', () => {
  it('is carried out one run after the other, oldest first', async () => {
    const id = await aMinutelyJob();
    const keys = await byHand.backfills.backfill(id, WINDOW);
    await claimAll();

    const seen: string[][] = [begun()];
    while (engine.inFlight.size > 0) {
      await endOne();
      expect(engine.inFlight.size).toBeLessThanOrEqual(1);
      seen.push(begun());
    }

    expect(seen.map((starts) => starts.length)).toEqual([1, 2, 3, 4, 4]);
    expect(begun()).toEqual(['08:00', '08:01', '08:02', '08:03']);
    expect(keys.map(runId)).toEqual(scripted.attempts.map((attempt) => attempt.runId));
    expect(await verdicts(database)).toEqual([
      '08:00:00-1 succeeded',
      '08:01:00-1 succeeded',
      '08:02:00-1 succeeded',
      '08:03:00-1 succeeded',
    ]);
    expect(await ledger(database)).toEqual(
      Array(4).fill(expect.objectContaining({ trigger: 'backfill' })),
    );
  });

  it('is carried out five at a time where runs may overlap', async () => {
    const id = await aMinutelyJob({ overlap: 'allow' });
    await byHand.backfills.backfill(id, { ...WINDOW, to: '2026-11-24T08:07:00Z' });
    await claimAll();

    const active: number[] = [engine.inFlight.size];
    while (engine.inFlight.size > 0) {
      await endOne();
      active.push(engine.inFlight.size);
    }

    expect(active).toEqual([5, 5, 5, 5, 4, 3, 2, 1, 0]);
    expect(begun()).toHaveLength(8);
  });

  it('waits for what is active already', async () => {
    const id = await aMinutelyJob();
    await engine.jobs.trigger(id, undefined);
    await claimAll();

    await byHand.backfills.backfill(id, WINDOW);
    await claimAll();

    expect(begun()).toEqual(['09:00']);
    await endOne();
    expect(begun()).toEqual(['09:00', '08:00']);
  });

  it('goes on by itself, though nobody ever released its runs', async () => {
    const id = await aMinutelyJob();
    await byHand.backfills.backfill(id, WINDOW);
    await claimAll();
    await database.query('UPDATE jobs SET has_held_back = false');
    await endOne();
    expect(begun()).toEqual(['08:00']);

    engine.clock.advance(30_000);
    await claimAll();

    expect(begun()).toEqual(['08:00', '08:01']);
  });

  it('goes on when the run that is under way is cancelled', async () => {
    const id = await aMinutelyJob();
    const [first] = await byHand.backfills.backfill(id, WINDOW);
    await claimAll();

    await byHand.runs.cancel(runId(first!));
    await claimAll();

    expect(begun()).toEqual(['08:00', '08:01']);
  });

  it('goes on when the run whose turn it is, is cancelled before it starts', async () => {
    const id = await aMinutelyJob();
    const [first] = await byHand.backfills.backfill(id, WINDOW);

    await byHand.runs.cancel(runId(first!));
    await claimAll();

    expect(begun()).toEqual(['08:01']);
  });

  it('may be for a paused job, which stays paused', async () => {
    const id = await aMinutelyJob({ isActive: false });

    await byHand.backfills.backfill(id, { ...WINDOW, to: WINDOW.from });
    await claimAll();
    await endOne();

    expect(await verdicts(database)).toEqual(['08:00:00-1 succeeded']);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, nextRun: null });
  });

  it('stands beside whatever there is at its instants', async () => {
    const id = await aMinutelyJob({ priority: 9 });
    await byHand.backfills.backfill(id, WINDOW);
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger)
       VALUES ($1, $2, 1, 'succeeded', 'schedule')`,
      [id, WINDOW.from],
    );

    const again = await byHand.backfills.backfill(id, WINDOW);

    expect(again.map(({ ordinal }) => ordinal)).toEqual([2, 2, 2, 2]);
    const priorities = await database.query(
      `SELECT DISTINCT priority FROM runs WHERE trigger = 'backfill'`,
    );
    expect(priorities).toEqual([{ priority: 9 }]);
  });

  it('keeps the nominal instants of a job that is spread', async () => {
    const id = await aMinutelyJob({ schedule: '0 * * * *', spreadSeconds: 1_800 });

    const keys = await byHand.backfills.backfill(id, { ...WINDOW, to: '2026-11-24T08:59:00Z' });

    const rows = await database.query('SELECT nominal_for AS nominal FROM runs');
    expect(keys).toHaveLength(1);
    expect(rows).toEqual([{ nominal: new Date(WINDOW.from) }]);
  });

  it('has a thousand runs at most, in one go', async () => {
    const id = await aMinutelyJob({ schedule: '* * * * * *' });
    const from = new Date(engine.clock.now().getTime() - 999_000).toISOString();
    const to = engine.clock.now().toISOString();

    const keys = await byHand.backfills.backfill(id, { from, to });

    expect(keys).toHaveLength(1_000);
    const [counted] = await database.query(
      `SELECT count(*)::integer AS runs,
              (count(*) FILTER (WHERE wake_at <= $1))::integer AS due,
              (count(*) FILTER (WHERE reason = 'waiting'))::integer AS held
         FROM runs`,
      [engine.clock.now()],
    );
    expect(counted).toEqual({ runs: 1_000, due: 1, held: 999 });
  });

  it('is nothing for a job that there is not, or is no more', async () => {
    const id = await aMinutelyJob();
    await engine.jobs.delete(id);

    await expect(byHand.backfills.backfill(id, WINDOW)).rejects.toThrow(`No job has the id ${id}`);
    await expect(byHand.backfills.tryBackfill(id, WINDOW)).rejects.toThrow('No job has the id');
  });

  it('changes nothing when it is only tried', async () => {
    const id = await aMinutelyJob();

    const instants = await byHand.backfills.tryBackfill(id, WINDOW);

    expect(instants.map((instant) => instant.toISOString().slice(11, 16))).toEqual([
      '08:00',
      '08:01',
      '08:02',
      '08:03',
    ]);
    expect(await ledger(database)).toEqual([]);
  });
});
