import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CalendarJobsRepository } from '../../src/calendars/calendar-jobs.repository.ts';
import { CalendarsRepository } from '../../src/calendars/calendars.repository.ts';
import { CalendarsService } from '../../src/calendars/calendars.service.ts';
import { FakeClock } from '../../src/common/clock.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { icalEvent } from '../support/ical.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { rewritingPool } from '../support/rewriting-pool.ts';

const TODAY = '2026-11-24';
const MINUTELY = { schedule: '* * * * *', nextRun: `${TODAY}T09:01:00Z` };

let database: TestDatabase;
let clock: FakeClock;
let engine: Engine;
let calendars: CalendarsService;

beforeEach(async () => {
  database = await createDatabase();
  clock = new FakeClock(`${TODAY}T09:00:00Z`);
  engine = openEngine(database, { clock });
  const jobs = new CalendarJobsRepository();
  calendars = new CalendarsService(new CalendarsRepository(database.pool, jobs, clock), clock);
  await calendars.create({ name: 'holidays' });
});
afterEach(() => database.drop());

/** A job that is due every minute from 09:01 on, unless its calendar says otherwise. */
async function aMinutelyJob(calendar = 'holidays', job = MINUTELY): Promise<number> {
  const id = await insertJob(database, job);
  await use(calendar, [id]);
  return id;
}

async function use(calendar: string, ids: number[]): Promise<void> {
  await database.query('UPDATE jobs SET calendar = $1 WHERE id = ANY($2)', [calendar, ids]);
}

async function planAt(time: string): Promise<void> {
  clock.set(`${TODAY}T${time}Z`);
  while ((await engine.planner.tick()) > 0);
}

async function runDueAt(time: string): Promise<void> {
  clock.set(`${TODAY}T${time}Z`);
  await engine.runDue();
}

async function nextRunOf(id: number): Promise<string | undefined> {
  const [row] = await database.query<{ next_run: Date | null }>(
    'SELECT next_run FROM jobs WHERE id = $1',
    [id],
  );
  return row?.next_run?.toISOString().slice(11, 19);
}

/** What an instant has been planned for, if anything keeps it from being run. */
async function reasons(): Promise<(string | null)[]> {
  return (await ledger(database)).map(({ reason }) => reason);
}

describe('a change of a calendar', () => {
  it('takes back what is planned by the old rules, so that the new ones plan it again', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
    expect(await nextRunOf(id)).toBe('09:02:00');

    await calendars.update('holidays', { dates: [TODAY] });

    expect(await verdicts(database)).toEqual([]);
    expect(await nextRunOf(id)).toBe('09:01:00');
    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 skipped (calendar)']);
  });

  it('lets run what the old rules had left out', async () => {
    await calendars.update('holidays', { dates: [TODAY] });
    await aMinutelyJob();
    await planAt('09:00:59');
    expect(await reasons()).toEqual(['calendar']);

    await calendars.put('holidays', {});

    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('may come from a file', async () => {
    await aMinutelyJob();
    await planAt('09:00:59');

    const file = icalEvent('DTSTART;VALUE=DATE:20261124');
    await calendars.import('holidays', file, { years: 1, replace: false });

    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 skipped (calendar)']);
  });

  it('leaves alone what is due', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    clock.set(`${TODAY}T09:01:00Z`);

    await calendars.update('holidays', { dates: [TODAY] });

    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
    expect(await nextRunOf(id)).toBe('09:02:00');
    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('leaves alone what has run, is queued by hand, or belongs to others', async () => {
    const id = await aMinutelyJob();
    await calendars.create({ name: 'other' });
    const other = await aMinutelyJob('other');
    await runDueAt('09:01:00');
    await engine.jobs.trigger(id, undefined);
    await planAt('09:01:59');

    await calendars.update('holidays', { dates: [TODAY] });

    expect(await verdicts(database, id)).toEqual(['09:01:00 succeeded', '09:01:00-1 queued']);
    expect(await verdicts(database, other)).toEqual(['09:01:00 succeeded', '09:02:00 planned']);
    expect(await nextRunOf(other)).toBe('09:03:00');
  });

  it('goes back to the earliest of several instants', async () => {
    const id = await aMinutelyJob('holidays', { ...MINUTELY, schedule: '* * * * * *' });
    await planAt('09:00:59');
    const [first] = await verdicts(database);
    expect(first).toBe('09:01:00 planned');

    await calendars.update('holidays', { weekdays: ['SUN'] });

    expect(await nextRunOf(id)).toBe('09:01:00');
  });

  it('gives a job its last instant back', async () => {
    const nextRun = `${TODAY}T09:01:00Z`;
    const id = await aMinutelyJob('holidays', { schedule: `@at ${nextRun}`, nextRun });
    await planAt('09:00:59');
    expect(await nextRunOf(id)).toBeUndefined();

    await calendars.update('holidays', { dates: ['2027-01-01'] });

    expect(await nextRunOf(id)).toBe('09:01:00');
    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('of its description, or of nothing, leaves what is planned', async () => {
    await aMinutelyJob();
    await planAt('09:00:59');

    await calendars.update('holidays', { description: 'new' });
    await calendars.update('holidays', { dates: [] });

    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
    expect(await calendars.get('holidays')).toMatchObject({ revision: 2, jobs: 1 });
  });

  it('leaves what is planned when it is refused', async () => {
    await aMinutelyJob();
    await planAt('09:00:59');

    await expect(calendars.update('holidays', { mode: 'only' })).rejects.toThrow('mode');
    await expect(calendars.update('holidays', { dates: [TODAY] }, '"7"')).rejects.toThrow('"1"');

    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
  });

  it('wakes the planners when there is something to plan again', async () => {
    const heard: string[] = [];
    const listener = new pg.Client(database.url);
    await listener.connect();
    listener.on('notification', ({ channel }) => heard.push(channel));
    await listener.query('LISTEN scheduler_jobs');
    await aMinutelyJob();
    await calendars.update('holidays', { dates: ['2027-01-01'] });
    await planAt('09:00:59');
    // Notifications come in the order of their transactions: the marker follows what was silent.
    await database.query(`NOTIFY scheduler_jobs, 'nothing so far'`);
    await eventually(() => heard.length === 1);

    await calendars.update('holidays', { dates: ['2027-01-02'] });

    await eventually(() => heard.length === 2);
    await listener.end();
  });

  it('concerns all jobs that use it, at once', async () => {
    const ids = await insertJobs(database, 500, MINUTELY);
    await use('holidays', ids);
    await planAt('09:00:59');

    await calendars.update('holidays', { dates: [TODAY] });

    expect(await ledger(database)).toEqual([]);
    expect(await database.query('SELECT DISTINCT next_run FROM jobs')).toEqual([
      { next_run: new Date(MINUTELY.nextRun) },
    ]);
  });
});

describe('a change of a calendar that meets somebody else', () => {
  /** A transaction of somebody else, left open. */
  async function open(...statements: [text: string, values?: unknown[]][]): Promise<pg.Client> {
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query('BEGIN');
    for (const [text, values] of statements) await client.query(text, values);
    return client;
  }

  async function commit(client: pg.Client): Promise<void> {
    await client.query('COMMIT');
    await client.end();
  }

  /** Resolves when a statement of this database waits for a lock. */
  async function somebodyWaits(): Promise<void> {
    await eventually(async () => {
      const waiting = await database.query(
        `SELECT FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
  }

  it('waits for a planner that was first, and takes back what it has planned', async () => {
    const id = await aMinutelyJob();
    const planner = await open(
      ['SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED', [id]],
      [
        `INSERT INTO runs (job_id, namespace_id, scheduled_for, trigger, status, wake_at)
         VALUES ($1, 1, $2, 'schedule', 'planned', $2)`,
        [id, MINUTELY.nextRun],
      ],
      [`UPDATE jobs SET next_run = next_run + interval '1 minute' WHERE id = $1`, [id]],
    );

    const change = calendars.update('holidays', { dates: [TODAY] });
    await somebodyWaits();
    await commit(planner);
    await change;

    expect(await verdicts(database)).toEqual([]);
    expect(await nextRunOf(id)).toBe('09:01:00');
  });

  it('is seen by a planner that had looked for due jobs before, and locks them afterwards', async () => {
    await aMinutelyJob();
    clock.set(`${TODAY}T09:00:59Z`);
    const gate = await open(['SELECT pg_advisory_xact_lock(1)']);
    const pool = rewritingPool(database.pool, {
      // Waits at the gate when it has its snapshot, and no row yet.
      rewrite: (text) =>
        text.replace(
          'WHERE is_active AND next_run <= $1',
          `WHERE is_active AND next_run <= $1
             AND (SELECT pg_advisory_xact_lock(1)::text) IS NOT NULL`,
        ),
    });
    const slow = openEngine({ ...database, pool }, { clock });

    const planned = slow.planner.tick();
    await somebodyWaits();
    await calendars.update('holidays', { dates: [TODAY] });
    await commit(gate);
    await planned;

    expect(await verdicts(database)).toEqual(['09:01:00 planned (calendar)']);
  });

  it('is passed over by planners until it is committed', async () => {
    const free = await insertJob(database, MINUTELY);
    const id = await aMinutelyJob();
    const change = await open([
      `SELECT FROM jobs WHERE calendar = 'holidays' ORDER BY id FOR NO KEY UPDATE`,
    ]);

    await planAt('09:00:59');

    expect(await verdicts(database, free)).toEqual(['09:01:00 planned']);
    expect(await verdicts(database, id)).toEqual([]);
    await commit(change);
  });

  it('takes the time when it has waited, not before', async () => {
    const id = await aMinutelyJob();
    await planAt('09:00:59');
    const editor = await open(['SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE', [id]]);

    const change = calendars.update('holidays', { dates: [TODAY] });
    await somebodyWaits();
    clock.set(`${TODAY}T09:01:00Z`);
    await commit(editor);
    await change;

    expect(await verdicts(database)).toEqual(['09:01:00 planned']);
  });

  it('does not overlook a job that is just being given the calendar', async () => {
    const id = await insertJob(database, MINUTELY);
    await planAt('09:00:59');
    const editor = await open([`UPDATE jobs SET calendar = 'holidays' WHERE id = $1`, [id]]);

    const change = calendars.update('holidays', { dates: [TODAY] });
    await somebodyWaits();
    await commit(editor);
    await change;

    expect(await verdicts(database)).toEqual([]);
  });

  it('does not leave a job without the calendar that it is just being given', async () => {
    const id = await insertJob(database, MINUTELY);
    const editor = await open([`UPDATE jobs SET calendar = 'holidays' WHERE id = $1`, [id]]);

    const deletion = calendars.delete('holidays').catch((error: unknown) => error);
    await somebodyWaits();
    await commit(editor);

    expect(await deletion).toMatchObject({ code: 'CALENDAR_IN_USE', jobIds: [id], count: 1 });
    expect(await calendars.get('holidays')).toMatchObject({ jobs: 1 });
  });

  it('does not deadlock with others, planners or calendars', async () => {
    await calendars.create({ name: 'other' });
    const ids = await insertJobs(database, 100, { ...MINUTELY, schedule: '* * * * * *' });
    await use('holidays', ids.slice(0, 50));
    await use('other', ids.slice(50));
    clock.set(`${TODAY}T09:00:59Z`);

    await Promise.all(
      Array.from({ length: 20 }, (_, n) => [
        calendars.update(n % 2 ? 'holidays' : 'other', { dates: [`2027-01-${10 + n}`] }),
        engine.planner.tick(),
      ]).flat(),
    );

    while ((await engine.planner.tick()) > 0);
    const [{ instants, jobs } = { instants: 0, jobs: 0 }] = await database.query<{
      instants: number;
      jobs: number;
    }>(
      `SELECT count(DISTINCT scheduled_for)::integer AS instants,
              count(DISTINCT job_id)::integer AS jobs
         FROM runs WHERE status = 'planned' AND reason IS NULL`,
    );
    expect(jobs).toBe(100);
    expect(await ledger(database)).toHaveLength(100 * instants);
  });
});
