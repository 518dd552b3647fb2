import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateExceptionDto } from '../../src/jobs/exceptions/dto/exception.dto.ts';
import type { Exception } from '../../src/schedules/exceptions.ts';
import { type ByHand, openByHand } from '../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';

const DAY = '2026-11-24T';

let database: TestDatabase;
let engine: Engine;
let byHand: ByHand;

beforeEach(async () => {
  database = await createDatabase();
  engine = openEngine(database, { clock: new FakeClock(`${DAY}09:00:00Z`) });
  byHand = openByHand(database, engine);
});
afterEach(() => database.drop());

/** Registers a job that is due every minute from 09:01 on. */
async function aMinutelyJob(fields: object = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *', ...fields });
  return id;
}

function at(time: string): void {
  engine.clock.set(`${DAY}${time}Z`);
}

async function runDueAt(...times: string[]): Promise<void> {
  for (const time of times) {
    at(time);
    await engine.runDue();
  }
}

/** Plans what comes within two seconds. */
async function plan(): Promise<void> {
  while ((await engine.planner.tick()) > 0);
}

async function except(
  id: number,
  action: CreateExceptionDto['action'],
  time: string,
  to?: string,
): Promise<Exception> {
  const input = { action, at: `${DAY}${time}Z`, ...(to && { to: `${DAY}${to}Z` }) };
  const { exception } = await byHand.exceptions.add(id, input);
  return exception;
}

/** Instant and nominal instant of each run, where these differ. */
async function moved(): Promise<string[]> {
  const rows = await database.query<{ at: Date; nominal: Date }>(
    `SELECT scheduled_for AS at, nominal_for AS nominal FROM runs
      WHERE nominal_for IS NOT NULL ORDER BY scheduled_for`,
  );
  return rows.map((row) => `${timeOf(row.nominal)} at ${timeOf(row.at)}`);
}

function timeOf(instant: Date): string {
  return instant.toISOString().slice(11, 19);
}

describe('an occurrence that is skipped', () => {
  it('has a row that says so, and its neighbours run', async () => {
    const id = await aMinutelyJob();

    await except(id, 'skip', '09:02:00');

    await runDueAt('09:01:00', '09:02:00', '09:03:00');
    expect(await verdicts(database)).toEqual([
      '09:01:00 succeeded',
      '09:02:00 skipped (exception)',
      '09:03:00 succeeded',
    ]);
  });

  it('is not started when it was planned already', async () => {
    const id = await aMinutelyJob();
    at('09:00:58.500');
    await plan();
    expect(await verdicts(database)).toEqual(['09:01:00 planned']);

    await except(id, 'skip', '09:01:00');

    await runDueAt('09:01:00');
    expect(await verdicts(database)).toEqual(['09:01:00 skipped (exception)']);
  });

  it('runs after all when that is taken back in time, planned or not', async () => {
    const id = await aMinutelyJob();
    const first = await except(id, 'skip', '09:01:00');
    await except(id, 'skip', '09:02:00');
    at('09:00:58.500');
    await plan();

    await byHand.exceptions.remove(id, first.id);

    await runDueAt('09:01:00', '09:02:00');
    expect(await verdicts(database)).toEqual([
      '09:01:00 succeeded',
      '09:02:00 skipped (exception)',
    ]);
  });

  it('may be the only one of a job, which is completed then', async () => {
    const id = await aMinutelyJob({ schedule: `@at ${DAY}09:05:00Z` });

    await except(id, 'skip', '09:05:00');

    await runDueAt('09:05:00');
    expect(await verdicts(database)).toEqual(['09:05:00 skipped (exception)']);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, nextRun: null });
  });
});

describe('an occurrence that is moved', () => {
  it('runs at its new instant, and names the old one, which has a row too', async () => {
    const id = await aMinutelyJob();

    await except(id, 'move', '09:02:00', '09:02:30');

    await runDueAt('09:01:00', '09:02:00', '09:02:30', '09:03:00');
    expect(await verdicts(database)).toEqual([
      '09:01:00 succeeded',
      '09:02:00 skipped (exception)',
      '09:02:30 succeeded',
      '09:03:00 succeeded',
    ]);
    expect(await moved()).toEqual(['09:02:00 at 09:02:30']);
  });

  it('may run earlier', async () => {
    const id = await aMinutelyJob({ schedule: '0 * * * *' });

    await except(id, 'move', '10:00:00', '09:30:00');

    await runDueAt('09:30:00', '10:00:00', '11:00:00');
    expect(await verdicts(database)).toEqual([
      '09:30:00 succeeded',
      '10:00:00 skipped (exception)',
      '11:00:00 succeeded',
    ]);
    expect(await moved()).toEqual(['10:00:00 at 09:30:00']);
  });

  it('keeps a one-off from being over before its new instant', async () => {
    const id = await aMinutelyJob({ schedule: `@at ${DAY}09:05:00Z` });

    await except(id, 'move', '09:05:00', '09:10:00');

    await runDueAt('09:05:00');
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true });
    await runDueAt('09:10:00');
    expect(await verdicts(database)).toEqual([
      '09:05:00 skipped (exception)',
      '09:10:00 succeeded',
    ]);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
  });
});

describe('an instant that is added', () => {
  it('has a run of its own', async () => {
    const id = await aMinutelyJob({ schedule: '0 * * * *' });

    await except(id, 'add', '09:00:01.500');
    await except(id, 'add', '09:17:00');

    await runDueAt('09:00:01.500', '09:17:00', '10:00:00');
    expect(await verdicts(database)).toEqual([
      '09:00:01 succeeded',
      '09:17:00 succeeded',
      '10:00:00 succeeded',
    ]);
  });

  it('does not come when that is taken back', async () => {
    const id = await aMinutelyJob({ schedule: '0 * * * *' });
    const { id: exceptionId } = await except(id, 'add', '09:17:00');
    at('09:16:58.500');
    await plan();
    expect(await verdicts(database)).toEqual(['09:17:00 planned']);

    await byHand.exceptions.remove(id, exceptionId);

    await runDueAt('09:17:00', '10:00:00');
    expect(await verdicts(database)).toEqual(['10:00:00 succeeded']);
  });

  it('is nothing that a paused job runs, and lies in its pause as all others do', async () => {
    const id = await aMinutelyJob({ schedule: '0 * * * *' });
    await engine.jobs.update(id, { isActive: false });

    await except(id, 'add', '09:17:00');

    at('10:30:00');
    await engine.jobs.update(id, { isActive: true });
    await runDueAt('11:00:00');
    expect(await verdicts(database)).toEqual(['10:00:00 skipped (paused)', '11:00:00 succeeded']);
    expect(await database.query('SELECT range_count AS count FROM runs')).toContainEqual({
      count: 2,
    });
  });
});

describe('a job that gets an exception', () => {
  it('still starts what is due already', async () => {
    const id = await aMinutelyJob();
    at('09:01:00');
    await plan();

    await except(id, 'skip', '09:02:00');

    await engine.runDue();
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('has an outage judged by its policy all the same', async () => {
    const id = await aMinutelyJob();
    at('09:10:30');

    await except(id, 'skip', '09:11:00');

    await engine.runDue();
    await runDueAt('09:11:00', '09:12:00');
    expect(await verdicts(database)).toEqual([
      '09:09:00 skipped (missed)',
      '09:10:00 succeeded',
      '09:11:00 skipped (exception)',
      '09:12:00 succeeded',
    ]);
  });

  it('has another revision, which says what it was made by', async () => {
    const id = await aMinutelyJob();
    const { id: exceptionId } = await except(id, 'skip', '09:02:00');

    await byHand.exceptions.remove(id, exceptionId);

    const revisions = await database.query(
      `SELECT revision, action, jsonb_array_length(definition -> 'exceptions') AS exceptions
         FROM job_revisions WHERE job_id = $1 ORDER BY revision`,
      [id],
    );
    expect(revisions).toEqual([
      { revision: 1, action: 'created', exceptions: 0 },
      { revision: 2, action: 'excepted', exceptions: 1 },
      { revision: 3, action: 'excepted', exceptions: 0 },
    ]);
    expect(exceptionId).toBe(2);
  });

  it('keeps all of two that come at the same moment', async () => {
    const id = await aMinutelyJob();

    const both = await Promise.all([
      except(id, 'skip', '09:02:00'),
      except(id, 'skip', '09:03:00'),
    ]);

    const exceptions = await byHand.exceptions.list(id);
    expect(exceptions).toHaveLength(2);
    expect(exceptions).toEqual(expect.arrayContaining(both));
    expect(new Set(both.map((exception) => exception.id)).size).toBe(2);
  });
});
