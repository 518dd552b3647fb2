import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import type { Engine } from '../support/engine.ts';
import { insertJobs } from '../support/jobs.ts';
import { ledger } from '../support/ledger.ts';
import '../support/quiet.ts';
import { openRivals, type Rivals } from '../support/rivals.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const SECONDLY = { type: 'scripted', schedule: '* * * * * *', nextRun: NINE };
const RUN_SECONDS = 5;

describe('a job that is due every second and takes five', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let rivals: Rivals;
  let underWay: { gate: Gate; endsAt: number }[];

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    underWay = [];
    const handler = new ScriptedJob(() => {
      const gate = new Gate();
      underWay.push({ gate, endsAt: clock.now().getTime() + RUN_SECONDS * 1_000 });
      return gate.passed;
    });
    rivals = openRivals(database, 3, { clock, handlers: [handler] });
  });
  afterEach(async () => {
    await rivals.close();
    await database.drop();
  });

  it('has at most one active run ever, and every other instant says why it had none', async () => {
    const ids = await insertJobs(database, 3, SECONDLY);

    for (let second = 0; second < 60; second += 1) await live();
    underWay.forEach(({ gate }) => gate.open());
    await Promise.all(rivals.engines.map(({ inFlight }) => inFlight.settle(5_000)));

    for (const id of ids) {
      const entries = (await ledger(database, id)).filter(({ status }) => status !== 'planned');
      const ran = entries.filter(({ status }) => status === 'succeeded');
      const skipped = entries.filter(({ reason }) => reason === 'overlap');
      expect(ran).toHaveLength(12);
      expect(skipped).toHaveLength(48);
      expect(entries).toHaveLength(60);
      expect(overlapping(ran)).toEqual([]);
    }
  });

  it('has none beside it either while the rescuer takes over what a lost worker had', async () => {
    const [id] = await insertJobs(database, 1, SECONDLY);
    const [lost, ...others] = rivals.engines as [Engine, ...Engine[]];
    await lost.planner.tick();
    await lost.worker.tick();

    // Nothing ends: the worker is gone, with the run that it has.
    const starts: number[] = [];
    for (let second = 0; second < 40; second += 1) {
      clock.advance(1_000);
      for (const { planner, rescuer, worker } of others) {
        await planner.tick();
        await rescuer.tick();
        await worker.tick();
      }
      starts.push(await activeRuns());
    }

    expect(Math.max(...starts)).toBe(1);
    const [first] = await ledger(database, id);
    expect(first).toMatchObject({ status: 'lost', attempt: 2 });
    underWay.forEach(({ gate }) => gate.open());
    await Promise.all(rivals.engines.map(({ inFlight }) => inFlight.settle(5_000)));
  });

  /** One second of three instances: what has taken its time ends, and what is due is judged. */
  async function live(): Promise<void> {
    const over = underWay.filter(({ endsAt }) => endsAt <= clock.now().getTime());
    underWay = underWay.filter(({ endsAt }) => endsAt > clock.now().getTime());
    over.forEach(({ gate }) => gate.open());
    if (over.length > 0) {
      await Promise.all(rivals.engines.map(({ inFlight }) => settled(inFlight)));
    }
    await Promise.all(rivals.engines.map(({ planner }) => planner.tick()));
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(rivals.engines.map(({ worker }) => worker.tick()));
    }
    clock.advance(1_000);
  }

  /** All runs of this test start and end together, so nothing under way means nothing to store. */
  async function settled(inFlight: Engine['inFlight']): Promise<void> {
    await inFlight.settle(5_000);
    expect(inFlight.size).toBe(0);
  }

  async function activeRuns(): Promise<number> {
    const rows = await database.query(
      `SELECT FROM runs WHERE status = 'running' OR status = 'queued' AND attempt > 0`,
    );
    return rows.length;
  }
});

/** Pairs of runs whose times intersect. */
function overlapping(runs: { startedAt: Date | null; finishedAt: Date | null }[]): unknown[] {
  const byStart = runs.toSorted((a, b) => Number(a.startedAt) - Number(b.startedAt));
  return byStart.filter((run, index) => {
    const before = byStart[index - 1];
    return before && Number(before.finishedAt) > Number(run.startedAt);
  });
}
