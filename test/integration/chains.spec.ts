import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import type { Outcome } from '../../src/scheduler/jobs/job-handler.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { rewritingPool } from '../support/rewriting-pool.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const LEASE_MS = 15_000;
const SUCCEEDED: Outcome = { kind: 'succeeded', result: { rows: 3 } };
const FAILED: Outcome = { kind: 'failed', error: 'no', result: { status: 404 } };

describe('jobs that start each other', () => {
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

  it.each<[string, Outcome, string[]]>([
    ['has succeeded', SUCCEEDED, ['on success', 'on finish']],
    ['has failed', FAILED, ['on failure', 'on finish']],
  ])('go on when a run %s, each list for its verdict', async (_, outcome, started) => {
    const onSuccess = [await create({ name: 'on success' })];
    const onFailure = [await create({ name: 'on failure' })];
    const onFinish = [await create({ name: 'on finish' })];
    const id = await create({ onSuccess, onFailure, onFinish });
    handler.does(() => outcome);

    await run(id);
    await runStarted(engine);

    const [, ...others] = handler.attempts;
    expect(others.map(({ jobName, trigger }) => `${jobName}, ${trigger}`).sort()).toEqual(
      started.map((name) => `${name}, chain`).sort(),
    );
  });

  it('hand on who has ended, how, and what it answered', async () => {
    const next = await create();
    const id = await create({ onFailure: [next] });
    handler.does(() => FAILED);

    await run(id);
    await runStarted(engine);

    const cause = {
      runId: handler.attempts[0]?.runId,
      jobId: id,
      status: 'failed',
      result: { status: 404 },
    };
    expect(handler.attempts.map((attempt) => attempt.cause)).toEqual([null, cause]);
    expect(await causes(next)).toEqual([{ ...cause, depth: 1 }]);
  });

  it('go on and on: a chain of three', async () => {
    const third = await create();
    const second = await create({ onSuccess: [third] });
    const first = await create({ onSuccess: [second] });
    handler.does(({ jobId, cause }) => ({ kind: 'succeeded', result: [jobId, cause?.result] }));

    await run(first);
    await runStarted(engine);
    await runStarted(engine);
    await runStarted(engine);

    expect(handler.attempts.map(({ jobId }) => jobId)).toEqual([first, second, third]);
    expect(handler.attempts[2]?.cause?.result).toEqual([second, [first, null]]);
    expect(await causes(third)).toMatchObject([{ jobId: second, depth: 2 }]);
  });

  it('start once what stands in several lists', async () => {
    const next = await create();
    const id = await create({ onSuccess: [next], onFinish: [next] });

    await run(id);

    expect(await verdicts(database, next)).toEqual(['09:00:00-1 queued']);
  });

  it('start nothing while another attempt follows', async () => {
    const next = await create();
    const retry = { maxAttempts: 2, initialDelayMs: 1_000, jitter: 0 };
    const id = await create({ onFinish: [next], retry });
    handler.does(() => ({ kind: 'retry', error: 'busy' }));

    await run(id);
    expect(await verdicts(database, next)).toEqual([]);
    clock.advance(1_000);
    await runStarted(engine);

    expect(await verdicts(database, id)).toEqual(['09:00:00-1 failed']);
    expect(await verdicts(database, next)).toEqual(['09:00:01-1 queued']);
  });

  it('get a run for each end, also in the same millisecond', async () => {
    const next = await create({ priority: 7 });
    const [one, two] = [await create({ onFinish: [next] }), await create({ onFinish: [next] })];
    await engine.jobs.trigger(next, undefined);

    await engine.jobs.trigger(one, undefined);
    await run(two);

    const rows = await database.query<{ ordinal: number; trigger: string; priority: number }>(
      'SELECT ordinal, trigger, priority FROM runs WHERE job_id = $1 ORDER BY ordinal',
      [next],
    );
    expect(rows.map(({ ordinal, trigger }) => [ordinal, trigger])).toEqual([
      [1, 'manual'],
      [2, 'chain'],
      [3, 'chain'],
    ]);
    expect(rows.slice(1).map(({ priority }) => priority)).toEqual([7, 7]);
    expect((await causes(next)).map(({ jobId }) => jobId).sort()).toEqual([one, two]);
  });

  it('are not started while they are paused: the ledger tells', async () => {
    const paused = await create({ isActive: false });
    const id = await create({ onSuccess: [paused] });

    await run(id);

    expect(await verdicts(database, paused)).toEqual(['09:00:00-1 skipped (paused)']);
    expect(await causes(paused)).toMatchObject([{ jobId: id, status: 'succeeded' }]);
  });

  it('are started when their pause is over, though nobody has come to that yet', async () => {
    const paused = await create({ isActive: false });
    await database.query('UPDATE jobs SET paused_until = $1', [clock.now()]);
    const id = await create({ onSuccess: [paused] });

    await run(id);

    expect(await verdicts(database, paused)).toEqual(['09:00:00-1 queued']);
  });

  it('are started after their schedule has ended: what is completed is not paused', async () => {
    const once = await create({ schedule: '@at 2026-11-24T09:00:01Z' });
    const id = await create({ onSuccess: [once] });
    clock.advance(1_000);
    await engine.runDue();
    expect(await engine.jobs.get(once)).toMatchObject({ isActive: false });

    await run(id);

    expect(await verdicts(database, once)).toEqual(['09:00:01 succeeded', '09:00:01-1 queued']);
  });

  it('are passed over when they have been deleted', async () => {
    const [gone, next] = [await create(), await create()];
    const id = await create({ onSuccess: [gone, next] });
    await database.query('UPDATE jobs SET deleted_at = now() WHERE id = $1', [gone]);

    await run(id);

    expect(await verdicts(database, gone)).toEqual([]);
    expect(await verdicts(database, next)).toEqual(['09:00:00-1 queued']);
  });

  it('go by the lists as they are when the run ends', async () => {
    const [before, after] = [await create(), await create()];
    const id = await create({ onSuccess: [before] });
    const gate = new Gate();
    handler.does(() => gate.passed);
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();

    await engine.jobs.update(id, { onSuccess: [after] });
    gate.open(SUCCEEDED);
    await engine.inFlight.settle(10_000);

    expect(await verdicts(database, before)).toEqual([]);
    expect(await verdicts(database, after)).toEqual(['09:00:00-1 queued']);
  });

  it.each([
    [9, 1],
    [10, 0],
  ])('end with a chain that has become too long: after link %p, %p more', async (depth, more) => {
    const next = await create();
    const id = await create({ onSuccess: [next] });
    await engine.jobs.trigger(id, undefined);
    await database.query('UPDATE runs SET cause = $1', [
      { runId: '1-1', jobId: 1, status: 'succeeded', result: null, depth },
    ]);

    await runStarted(engine);

    expect((await causes(next)).map((cause) => cause.depth)).toEqual(Array(more).fill(depth + 1));
  });

  it('get a note instead of a result that is too long', async () => {
    const next = await create();
    const id = await create({ onSuccess: [next] });
    handler.does(() => ({ kind: 'succeeded', result: 'x'.repeat(20_000) }));

    await run(id);

    expect(await causes(next)).toMatchObject([
      { result: { note: 'The result has 20002 bytes of JSON; at most 16384 are passed on' } },
    ]);
  });

  it('have happened together with the verdict or not at all, wherever it breaks', async () => {
    let breaks = 0;
    let isBroken = true;
    const pool = rewritingPool(database.pool, {
      rewrite: (text) => text,
      answered: async (text) => {
        if (!isBroken || !text.includes('AS ended (job_id')) return;
        breaks += 1;
        throw new Error('The connection has gone');
      },
    });
    const breaking = openEngine({ ...database, pool }, { clock, handlers: [handler] });
    const next = await create();
    const id = await create({ onSuccess: [next], autoPauseAfter: 1 });
    await engine.jobs.trigger(id, undefined);

    await breaking.worker.tick();
    await eventually(() => breaks > 0);
    expect(await verdicts(database)).toEqual(['09:00:00-1 running']);
    isBroken = false;
    await breaking.inFlight.settle(10_000);

    expect(await verdicts(database, id)).toEqual(['09:00:00-1 succeeded']);
    expect(await verdicts(database, next)).toEqual(['09:00:00-1 queued']);
  });

  it('follow a lost run, and not what its worker answers late', async () => {
    const [failure, success] = [await create(), await create()];
    const retry = { onLost: 'fail' as const };
    const id = await create({ retry, onFailure: [failure], onSuccess: [success] });
    const gate = new Gate();
    handler.does(() => gate.passed);
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();
    clock.advance(LEASE_MS);

    expect(await engine.rescuer.tick()).toBe(1);
    gate.open(SUCCEEDED);
    await engine.inFlight.settle(10_000);

    expect(await verdicts(database, id)).toEqual(['09:00:00-1 lost']);
    expect(await causes(failure)).toMatchObject([{ jobId: id, status: 'lost', result: null }]);
    expect(await verdicts(database, success)).toEqual([]);
    expect((await engine.metrics.finishesRefused.get()).values[0]?.value).toBe(1);
  });

  it('do not follow a lost run that is tried again', async () => {
    const next = await create();
    const id = await create({ onFinish: [next] });
    handler.does(() => new Promise(() => undefined));
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();
    clock.advance(LEASE_MS);

    expect(await engine.rescuer.tick()).toBe(1);

    expect(await verdicts(database)).toEqual(['09:00:00-1 queued']);
  });

  it('do not follow a run that is skipped or cancelled', async () => {
    const next = await create();
    const id = await create({ schedule: '* * * * * *', onFinish: [next] });
    handler.does(() => new Promise(() => undefined));
    for (const _second of [1, 2]) {
      clock.advance(1_000);
      await engine.planner.tick();
      await engine.worker.tick();
    }

    await engine.jobs.delete(id);

    expect(await verdicts(database, id)).toEqual([
      '09:00:01 cancelled (deleted)',
      '09:00:02 skipped (overlap)',
    ]);
    expect(await verdicts(database, next)).toEqual([]);
  });

  async function create(fields: Partial<CreateJobDto> = {}): Promise<number> {
    const { id } = await engine.jobs.create({
      name: 'a',
      schedule: '@at 2031-01-01T00:00:00Z',
      type: 'scripted',
      ...fields,
    });
    return id;
  }

  /** Starts a run by hand and waits for its end. */
  async function run(id: number): Promise<void> {
    await engine.jobs.trigger(id, undefined);
    await runStarted(engine);
  }

  async function causes(id: number) {
    const rows = await database.query<{ cause: { jobId: number; depth: number } }>(
      `SELECT cause FROM runs WHERE job_id = $1 AND trigger = 'chain' ORDER BY ordinal`,
      [id],
    );
    return rows.map(({ cause }) => cause);
  }
});
