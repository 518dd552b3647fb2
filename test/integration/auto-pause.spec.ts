import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import type { Outcome } from '../../src/scheduler/jobs/job-handler.ts';
import { abandonAttempts, runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const MINUTE_MS = 60_000;
const LEASE_MS = 15_000;
const FAILED: Outcome = { kind: 'failed', error: 'no' };
const SUCCEEDED: Outcome = { kind: 'succeeded' };

describe('a job that pauses itself', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T09:00:00Z');
    handler = new ScriptedJob(() => FAILED);
    engine = openEngine(database, {
      clock,
      handlers: [handler],
      config: { PLAN_AHEAD_MS: 90_000 },
    });
  });
  afterEach(async () => {
    await abandonAttempts(engine);
    await database.drop();
  });

  it('does so at the last failure in a row that is allowed, and takes back what is planned', async () => {
    const id = await create({ autoPauseAfter: 3 });
    const outcomes = [FAILED, FAILED, SUCCEEDED, FAILED, FAILED, FAILED];
    handler.does(() => outcomes.shift());

    await minutes(5);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true, revision: 1 });
    await minutes(1);

    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: clock.now(),
      pausedReason: 'auto-paused: 3 failed runs in a row',
      pausedUntil: null,
      revision: 2,
    });
    expect((await verdicts(database, id)).at(-1)).toBe('09:06:00 failed');
    expect(await latestRevision(id)).toEqual({
      revision: 2,
      action: 'paused',
      actor: 'scheduler',
      at: clock.now(),
      reason: 'auto-paused: 3 failed runs in a row',
    });
  });

  it('starts nothing more, and its pause is one range when it is over', async () => {
    const id = await create({ autoPauseAfter: 1 });
    await minutes(4);

    await engine.jobs.update(id, { isActive: true });

    expect(handler.attempts).toHaveLength(1);
    expect(await verdicts(database, id)).toEqual(['09:01:00 failed', '09:04:00 skipped (paused)']);
  });

  it('counts anew when somebody has resumed it', async () => {
    const id = await create({ autoPauseAfter: 2 });
    await minutes(2);
    await engine.jobs.update(id, { isActive: true });

    await minutes(1);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true, pausedReason: null });
    await minutes(1);

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
    expect(handler.attempts).toHaveLength(4);
  });

  it('counts anew also when somebody else had paused it before the last failure', async () => {
    const id = await create({ autoPauseAfter: 2 });
    await minutes(1);
    await engine.jobs.update(id, { isActive: false });
    await engine.jobs.update(id, { isActive: true });

    await minutes(1);

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true });
  });

  it('counts anew when it has not been counting for a while', async () => {
    const id = await create({ autoPauseAfter: 2 });
    await minutes(1);
    await engine.jobs.update(id, { autoPauseAfter: null });
    await engine.jobs.update(id, { autoPauseAfter: 2 });

    await minutes(1);

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true });
  });

  it('counts runs, not attempts', async () => {
    const retry = { maxAttempts: 3, initialDelayMs: 1_000, backoff: 'fixed' as const, jitter: 0 };
    const id = await create({ autoPauseAfter: 2, retry });
    handler.does(() => ({ kind: 'retry', error: 'busy' }));

    await minutes(1);
    for (const _retry of [1, 2]) await seconds(1);

    expect(await verdicts(database, id)).toContain('09:01:00 failed');
    expect(await failures(id)).toBe(1);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true });
  });

  it('counts starts by hand, and lost runs', async () => {
    const id = await create({ autoPauseAfter: 2, retry: { onLost: 'fail' } });
    await engine.jobs.trigger(id, undefined);
    await runStarted(engine);
    handler.does(() => new Promise(() => undefined));
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();
    clock.advance(LEASE_MS);

    await engine.rescuer.tick();

    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: false,
      pausedReason: 'auto-paused: 2 failed runs in a row',
    });
    expect(await verdicts(database, id)).toEqual(['09:00:00-1 failed', '09:00:00-2 lost']);
  });

  it('leaves the reason of a pause that somebody else has begun', async () => {
    const id = await create({ autoPauseAfter: 1 });
    const gate = new Gate();
    handler.does(() => gate.passed);
    await engine.jobs.trigger(id, undefined);
    await engine.worker.tick();
    await engine.jobs.update(id, { isActive: false });

    gate.open(FAILED);
    await engine.inFlight.settle(10_000);

    expect(await engine.jobs.get(id)).toMatchObject({ pausedReason: null, revision: 2 });
    expect(await verdicts(database, id)).toEqual(['09:00:00-1 failed']);
  });

  it('still starts the jobs that follow its failures', async () => {
    const next = await create({ schedule: '@at 2031-01-01T00:00:00Z' });
    const id = await create({ autoPauseAfter: 1, onFailure: [next] });

    await engine.jobs.trigger(id, undefined);
    await runStarted(engine);

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
    expect(await verdicts(database, next)).toEqual(['09:00:00-1 queued']);
  });

  it('cancels what waits for another attempt, as any pause does', async () => {
    const retry = { maxAttempts: 2, initialDelayMs: 9_000 };
    const id = await create({ autoPauseAfter: 1, overlap: 'allow', retry });
    handler.does(({ trigger }) =>
      trigger === 'manual' ? FAILED : { kind: 'retry', error: 'busy' },
    );
    await minutes(1);

    await engine.jobs.trigger(id, undefined);
    await runStarted(engine);

    expect(await verdicts(database, id)).toEqual([
      '09:01:00 cancelled (paused)',
      '09:01:00-1 failed',
    ]);
  });

  async function create(fields: Partial<CreateJobDto>): Promise<number> {
    const job = { name: 'a', schedule: '* * * * *', type: 'scripted', ...fields };
    return (await engine.jobs.create(job)).id;
  }

  async function minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      clock.advance(MINUTE_MS);
      await engine.runDue();
    }
  }

  async function seconds(count: number): Promise<void> {
    clock.advance(count * 1_000);
    await runStarted(engine);
  }

  async function failures(id: number): Promise<number | undefined> {
    const rows = await database.query<{ count: number }>(
      'SELECT failures_in_row AS count FROM jobs WHERE id = $1',
      [id],
    );
    return rows[0]?.count;
  }

  async function latestRevision(id: number): Promise<unknown> {
    const rows = await database.query(
      `SELECT revision, action, actor, at, definition ->> 'pausedReason' AS reason
         FROM job_revisions WHERE job_id = $1 ORDER BY revision DESC LIMIT 1`,
      [id],
    );
    return rows[0];
  }
});
