import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';

const NINE = '2026-11-24T09:00:00Z';

describe('the planner', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    engine = openEngine(database, { clock });
  });
  afterEach(() => database.drop());

  it('plans and runs the occurrence of a job on its instant', async () => {
    const job = await engine.jobs.create({ name: 'minutely', schedule: '* * * * *' });

    clock.set('2026-11-24T09:01:00Z');
    await engine.runDue();

    expect(await ledger(database)).toMatchObject([
      { jobId: job.id, status: 'succeeded', scheduledFor: '2026-11-24T09:01:00.000Z', attempt: 1 },
    ]);
  });

  it('plans within the horizon only, and nothing starts before its instant', async () => {
    await insertJob(database, { schedule: '* * * * * *', nextRun: '2026-11-24T09:00:01Z' });

    await engine.runDue();

    expect(await verdicts(database)).toEqual(['09:00:01 planned', '09:00:02 planned']);
    clock.set('2026-11-24T09:00:00.999Z');
    await engine.worker.tick();
    expect(engine.inFlight.size).toBe(0);
    clock.set('2026-11-24T09:00:01Z');
    await engine.worker.tick();
    await engine.inFlight.settle(10_000);
    expect(await verdicts(database)).toEqual(['09:00:01 succeeded', '09:00:02 planned']);
  });

  it('looks no further than its settings say', async () => {
    engine = openEngine(database, { clock, config: { PLAN_AHEAD_MS: 0 } });
    await insertJob(database, { schedule: '* * * * * *', nextRun: NINE });

    while ((await engine.planner.tick()) > 0);

    expect(await verdicts(database)).toEqual(['09:00:00 planned']);
    expect(await nextRuns()).toEqual(['09:00:01']);
  });

  it('settles an outage as one run and one range that counts the others', async () => {
    await insertJob(database, { schedule: '*/10 * * * * *', nextRun: '2026-11-24T07:00:00Z' });

    await engine.runDue();

    expect(await ledger(database)).toMatchObject([
      {
        status: 'skipped',
        reason: 'missed',
        scheduledFor: '2026-11-24T08:59:50.000Z',
        rangeFrom: new Date('2026-11-24T07:00:00Z'),
        rangeTo: new Date('2026-11-24T08:59:50Z'),
        rangeCount: 720,
      },
      { status: 'succeeded', trigger: 'missed', scheduledFor: '2026-11-24T09:00:00.000Z' },
    ]);
    expect(await nextRuns()).toEqual(['09:00:10']);
  });

  it('takes back what was planned before a crash, so that the outage is judged as a whole', async () => {
    await insertJob(database, { schedule: '* * * * * *', nextRun: '2026-11-24T09:00:01Z' });
    await engine.planner.tick();
    expect(await verdicts(database)).toEqual(['09:00:01 planned', '09:00:02 planned']);

    clock.set('2026-11-24T09:01:00Z');
    await engine.runDue();

    const [range, run, ...ahead] = await ledger(database);
    expect(range).toMatchObject({
      status: 'skipped',
      rangeFrom: new Date('2026-11-24T09:00:01Z'),
      rangeTo: new Date('2026-11-24T09:00:59Z'),
      rangeCount: 59,
    });
    expect(run).toMatchObject({ status: 'succeeded', scheduledFor: '2026-11-24T09:01:00.000Z' });
    expect(ahead.map(({ status }) => status)).toEqual(['planned', 'planned']);
  });

  it('leaves an occurrence that had started before the crash as it is', async () => {
    await insertJob(database, { schedule: '* * * * * *', nextRun: '2026-11-24T09:00:01Z' });
    await engine.planner.tick();
    clock.set('2026-11-24T09:00:01Z');
    await engine.runDue();

    clock.set('2026-11-24T09:01:00Z');
    await engine.planner.tick();

    expect((await verdicts(database)).slice(0, 3)).toEqual([
      '09:00:01 succeeded',
      '09:00:59 skipped (missed)',
      '09:01:00 planned',
    ]);
  });

  it('calls an occurrence that is a few seconds late no outage', async () => {
    await insertJob(database, { schedule: '*/2 * * * * *', nextRun: '2026-11-24T08:59:56Z' });

    await engine.planner.tick();

    expect(await verdicts(database)).toEqual([
      '08:59:56 planned',
      '08:59:58 planned',
      '09:00:00 planned',
      '09:00:02 planned',
    ]);
  });

  it('runs nothing that was due more than a day ago', async () => {
    await insertJob(database, { schedule: '0 9 22 * *', nextRun: '2026-11-22T09:00:00Z' });

    await engine.runDue();

    expect(await ledger(database)).toMatchObject([{ status: 'skipped', rangeCount: 1 }]);
    expect(await nextRuns('YYYY-MM-DD')).toEqual(['2026-12-22']);
  });

  it.each([
    ['a time zone that is none', `timezone = 'Mars/Olympus'`],
    ['a schedule that is none', `schedule = 'every now and then'`],
    ['a schedule that never fires', `schedule = '0 0 30 2 *'`],
  ])('goes on with the others when a job has %s', async (_, change) => {
    const [broken, sound] = await insertJobs(database, 2, { schedule: '* * * * *', nextRun: NINE });
    await database.query(`UPDATE jobs SET ${change} WHERE id = $1`, [broken]);

    await engine.runDue();

    expect(await verdicts(database, broken)).toEqual([]);
    expect(await verdicts(database, sound)).toEqual(['09:00:00 succeeded']);
    expect(
      await database.query('SELECT is_active, next_run FROM jobs WHERE id = $1', [broken]),
    ).toEqual([{ is_active: true, next_run: null }]);
  });

  it('plans a job with very many instants in portions, and loses none', async () => {
    const id = await insertJob(database, { schedule: '* * * * * *', nextRun: NINE });
    engine = openEngine(database, { clock, config: { PLAN_AHEAD_MS: 250_000 } });

    expect(await engine.planner.tick()).toBe(1);
    expect(await ledger(database, id)).toHaveLength(100);
    while ((await engine.planner.tick()) > 0);

    expect(await ledger(database, id)).toHaveLength(251);
    expect(await nextRuns()).toEqual(['09:04:11']);
  });

  it('completes a job when its last occurrence starts', async () => {
    const id = await insertJob(database, {
      schedule: '* * * * *',
      nextRun: NINE,
      endAt: '2026-11-24T09:01:30Z',
    });
    const state = () => database.query('SELECT is_active, next_run FROM jobs WHERE id = $1', [id]);

    await engine.runDue();
    expect(await state()).toEqual([
      { is_active: true, next_run: new Date('2026-11-24T09:01:00Z') },
    ]);
    clock.set('2026-11-24T09:00:59Z');
    await engine.runDue();
    expect(await state()).toEqual([{ is_active: true, next_run: null }]);
    clock.set('2026-11-24T09:01:00Z');
    await engine.runDue();

    expect(await state()).toEqual([{ is_active: false, next_run: null }]);
    expect(await verdicts(database)).toEqual(['09:00:00 succeeded', '09:01:00 succeeded']);
  });

  it('passes over a job that somebody else has locked, and comes back to it', async () => {
    const [locked, free] = await insertJobs(database, 2, { schedule: '* * * * *', nextRun: NINE });

    await inTransaction(database.pool, async (transaction) => {
      await transaction.query('SELECT FROM jobs WHERE id = $1 FOR UPDATE', [locked]);

      expect(await engine.planner.tick()).toBe(1);
      expect(await verdicts(database, locked)).toEqual([]);
      expect(await verdicts(database, free)).toEqual(['09:00:00 planned']);
    });

    expect(await engine.planner.tick()).toBe(1);
    expect(await verdicts(database, locked)).toEqual(['09:00:00 planned']);
  });

  it('plans nothing for a paused job', async () => {
    await insertJob(database, { schedule: '* * * * *', nextRun: NINE });
    await database.query('UPDATE jobs SET is_active = false');

    expect(await engine.planner.tick()).toBe(0);
  });

  it('never makes a second row when the clock of the database is set back', async () => {
    await insertJob(database, { schedule: '* * * * * *', nextRun: NINE });
    await engine.runDue();
    await database.query('UPDATE jobs SET next_run = $1', [NINE]);

    while ((await engine.planner.tick()) > 0);

    expect(await verdicts(database)).toEqual([
      '09:00:00 succeeded',
      '09:00:01 planned',
      '09:00:02 planned',
    ]);
  });

  async function nextRuns(format = 'HH24:MI:SS'): Promise<string[]> {
    const rows = await database.query<{ next: string }>(
      `SELECT to_char(next_run AT TIME ZONE 'UTC', $1) AS next FROM jobs`,
      [format],
    );
    return rows.map(({ next }) => next);
  }
});
