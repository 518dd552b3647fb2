import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { rewritingPool } from '../support/rewriting-pool.ts';
import { ScriptedJob } from '../support/scripted-job.ts';

const MINUTELY = { name: 'a', type: 'scripted', schedule: '* * * * *', payload: 'old' };

describe('a process that stands still after it has claimed a run', () => {
  const now = performance.now;
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let payloads: unknown[];
  let engine: Engine;
  let frozen: Engine;
  let meanwhile: (() => Promise<unknown>) | undefined;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T08:59:30Z');
    payloads = [];
    handler = new ScriptedJob((_context, payload) => {
      payloads.push(payload);
      return { kind: 'succeeded' };
    });
    engine = openEngine(database, { clock, handlers: [handler] });
    const pool = rewritingPool(database.pool, {
      rewrite: (text) => text,
      answered: async (text) => {
        if (text !== 'COMMIT' || !meanwhile) return;
        const others = meanwhile;
        meanwhile = undefined;
        await others();
      },
    });
    frozen = openEngine({ ...database, pool }, { clock, handlers: [handler] });
  });
  afterEach(async () => {
    performance.now = now;
    await database.drop();
  });

  /** For longer than a claim may take to become a start. */
  function standStill(): void {
    const stopped = now.call(performance);
    performance.now = () => now.call(performance) + 2_000;
    expect(performance.now() - stopped).toBeGreaterThan(1_000);
  }

  /** What others do between the claim of the run of 09:00 and its start. */
  async function runWhile(others: (id: number) => Promise<unknown>): Promise<number> {
    const { id } = await engine.jobs.create(MINUTELY);
    clock.set('2026-11-24T09:00:00Z');
    await engine.planner.tick();
    meanwhile = async () => {
      await others(id);
      standStill();
    };
    await frozen.worker.tick();
    await frozen.inFlight.settle(5_000);
    performance.now = now;
    return id;
  }

  it('starts it when nobody has edited the job', async () => {
    await runWhile(() => Promise.resolve());

    expect(payloads).toEqual(['old']);
    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
  });

  it('does not start what an edit has done away with', async () => {
    await runWhile((id) => engine.jobs.update(id, { schedule: '30 * * * *' }));

    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (edited)']);
  });

  it('does not start it in a pause', async () => {
    await runWhile((id) => engine.jobs.update(id, { isActive: false }));

    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (edited)']);
  });

  it('does not start it after a pause that has begun and ended meanwhile', async () => {
    await runWhile(async (id) => {
      await engine.jobs.update(id, { isActive: false });
      await engine.jobs.update(id, { isActive: true });
    });

    await engine.worker.tick();
    await engine.inFlight.settle(5_000);
    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (edited)']);
  });

  it('does not start what one edit has done away with and another one has brought back', async () => {
    await runWhile(async (id) => {
      await engine.jobs.update(id, { schedule: '30 * * * *' });
      await engine.jobs.update(id, { schedule: MINUTELY.schedule });
    });

    await engine.worker.tick();
    await engine.inFlight.settle(5_000);
    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (edited)']);
  });

  it('leaves it to the new definition when only that has changed', async () => {
    await runWhile((id) => engine.jobs.update(id, { payload: 'new' }));
    expect(payloads).toEqual([]);

    await engine.worker.tick();
    await engine.inFlight.settle(5_000);

    expect(payloads).toEqual(['new']);
    expect(await verdicts(database)).toEqual(['09:00:00 succeeded']);
  });

  it('does not start a run of a job that was deleted', async () => {
    await runWhile((id) => engine.jobs.delete(id));

    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (deleted)']);
  });

  it('starts the last run of a job, whose completion is no edit', async () => {
    const { id } = await engine.jobs.create({ ...MINUTELY, maxRuns: 1 });
    clock.set('2026-11-24T09:00:00Z');
    await engine.planner.tick();
    meanwhile = async () => standStill();

    await frozen.worker.tick();
    await frozen.inFlight.settle(5_000);

    expect(payloads).toEqual(['old']);
    expect((await engine.jobs.get(id)).isActive).toBe(false);
  });

  it('does not start it when its lease has ended meanwhile: it is for others to take', async () => {
    await runWhile(async () => clock.advance(15_000));

    expect(payloads).toEqual([]);
    expect(await verdicts(database)).toEqual(['09:00:00 running']);
  });

  it('looks again at what has waited behind a handler that has blocked it', async () => {
    const [, second] = [
      await engine.jobs.create({ ...MINUTELY, payload: 'first', priority: 1 }),
      await engine.jobs.create({ ...MINUTELY, payload: 'second' }),
    ];
    handler.does((_context, payload) => {
      payloads.push(payload);
      standStill();
      return { kind: 'succeeded' };
    });
    clock.set('2026-11-24T09:00:00Z');
    await engine.planner.tick();
    meanwhile = () => engine.jobs.update(second.id, { payload: 'edited' });

    await frozen.worker.tick();
    await frozen.inFlight.settle(5_000);

    expect(payloads).toEqual(['first']);
    expect(await verdicts(database, second.id)).toEqual(['09:00:00 queued']);
  });
});
