import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';

let database: TestDatabase;
let engine: Engine;
let scripted: ScriptedJob;
/** Somebody else, in the middle of a transaction. */
let other: pg.PoolClient;

beforeEach(async () => {
  database = await createDatabase();
  scripted = new ScriptedJob();
  const clock = new FakeClock('2026-11-24T09:00:00Z');
  engine = openEngine(database, { clock, handlers: [scripted] });
  other = await database.pool.connect();
  await other.query('BEGIN');
});
afterEach(async () => {
  other.release();
  await database.drop();
});

/** Resolves when somebody waits for a lock that the other one holds. */
async function untilSomebodyWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = await database.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}

async function lockedByOther(id: number): Promise<void> {
  await other.query('SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [id]);
}

describe('a job with a key', () => {
  it('is created anew by a PUT that meets its deletion', async () => {
    const body = { name: 'a', schedule: '@daily' };
    const { job } = await engine.jobs.put('mine', body);
    await other.query('UPDATE jobs SET deleted_at = now() WHERE id = $1', [job.id]);

    const put = engine.jobs.put('mine', body);
    await untilSomebodyWaits();
    await other.query('COMMIT');

    const { job: next, created } = await put;
    expect(created).toBe(true);
    expect(next.id).not.toBe(job.id);
  });

  it('is updated by a PUT that meets its creation', async () => {
    await other.query(
      `INSERT INTO jobs (key, name, schedule, dst, retry, timeout_ms)
       VALUES ('mine', 'theirs', '@daily', '{}', '{}', 1000)`,
    );

    const put = engine.jobs.put('mine', { name: 'ours', schedule: '@daily' });
    await untilSomebodyWaits();
    await other.query('COMMIT');

    expect(await put).toMatchObject({ created: false, job: { name: 'ours', revision: 2 } });
    expect(await database.query('SELECT name FROM jobs')).toEqual([{ name: 'ours' }]);
  });
});

describe('an edit', () => {
  it('waits for a planner at work, and withdraws what it has planned', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *' });
    await lockedByOther(id);

    const edit = engine.jobs.update(id, { schedule: '@hourly' });
    await untilSomebodyWaits();
    await other.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, wake_at)
       VALUES ($1, '2026-11-24T09:01:00Z', 1, 'planned', 'schedule', '2026-11-24T09:01:00Z')`,
      [id],
    );
    await other.query(`UPDATE jobs SET next_run = '2026-11-24T09:02:00Z' WHERE id = $1`, [id]);
    await other.query('COMMIT');

    expect((await edit).nextRun).toEqual(new Date('2026-11-24T10:00:00Z'));
    expect(await verdicts(database)).toEqual([]);
  });

  it('is passed over by planners, which plan by the new definition afterwards', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *' });
    await lockedByOther(id);
    engine.clock.set('2026-11-24T09:00:59Z');

    expect(await engine.planner.tick()).toBe(0);
    await other.query('COMMIT');
    expect(await engine.planner.tick()).toBe(1);
  });

  it('is passed over by workers, which start nothing of a job meanwhile', async () => {
    const { id } = await engine.jobs.create({ name: 'a', type: 'scripted', schedule: '* * * * *' });
    engine.clock.set('2026-11-24T09:01:00Z');
    await engine.planner.tick();
    await lockedByOther(id);

    await engine.worker.tick();
    expect(scripted.attempts).toEqual([]);
    await other.query('COMMIT');
    await engine.runDue();

    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('decides by the job as it is when its turn comes', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *' });
    await other.query(`UPDATE jobs SET revision = 2, description = 'theirs' WHERE id = $1`, [id]);

    const late = engine.jobs.update(id, { name: 'b' }, '"1"');
    const free = engine.jobs.update(id, { name: 'c' });
    await untilSomebodyWaits();
    await other.query('COMMIT');

    await expect(late).rejects.toThrow('revision');
    expect(await free).toMatchObject({ name: 'c', description: 'theirs', revision: 3 });
  });

  it('that was answered is what every later start goes by, with three instances at work', async () => {
    const { clock } = engine;
    const rivals = [1, 2, 3].map(() => openEngine(database, { clock, handlers: [scripted] }));
    const { id } = await engine.jobs.create({
      name: 'a',
      type: 'scripted',
      schedule: '* * * * * *',
      payload: 0,
    });
    let answered = 0;
    const tooOld: unknown[] = [];
    scripted.does((_context, payload) => {
      if (Number(payload) < answered) tooOld.push({ payload, answered });
      return { kind: 'succeeded' };
    });

    for (let version = 1; version <= 25; version += 1) {
      clock.advance(1_000);
      await Promise.all([
        engine.jobs.update(id, { payload: version }).then(() => (answered = version)),
        ...rivals.map((rival) => rival.runDue()),
      ]);
      // What all of them have passed over, since somebody else had its lock.
      await engine.runDue();
    }

    expect(tooOld).toEqual([]);
    expect(scripted.attempts.length).toBeGreaterThan(10);
    const instants = scripted.attempts.map(({ runId }) => runId);
    expect(new Set(instants).size).toBe(instants.length);
  });
});

describe('starts by hand', () => {
  it('are numbered one after another within the same millisecond', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '@daily' });

    const keys = await Promise.all(
      Array.from({ length: 8 }, () => engine.jobs.trigger(id, undefined)),
    );

    expect(keys.map(({ ordinal }) => ordinal).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await other.query('COMMIT');
  });

  it('stand beside the occurrence of the same instant', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *' });
    engine.clock.set('2026-11-24T09:01:00Z');
    await engine.planner.tick();

    await engine.jobs.trigger(id, undefined);

    expect(await verdicts(database)).toEqual(['09:01:00 planned', '09:01:00-1 queued']);
  });

  it('are not moved, withdrawn or skipped by an edit, or by a pause', async () => {
    const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *' });
    await engine.jobs.trigger(id, undefined);

    await engine.jobs.update(id, { schedule: '@hourly' });
    await engine.jobs.update(id, { isActive: false });

    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:00:00-1 succeeded']);
  });
});
