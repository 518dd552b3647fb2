import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { packagedZones } from '../../src/schedules/zones/packaged-zones.ts';
import { useZoneData } from '../../src/schedules/zones/time-zones.ts';
import type { ZoneData } from '../../src/schedules/zones/zone-data.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { openByHand } from '../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';
import { openKeeper } from '../support/zone-keeper.ts';
import { zonesOf } from '../support/zones-of.ts';

const TODAY = '2026-11-24T';
const TOMORROW = '2026-11-25T';
/** 16:00 by the data of the package, 17:00 by those that are later, 15:00 by those that are earlier. */
const NINE = { schedule: '0 9 * * *', timezone: 'America/Vancouver' };
const LATER = zonesOf('2027a', { 'America/Vancouver': -8 });
const EARLIER = zonesOf('2027b', { 'America/Vancouver': -6 });

let database: TestDatabase;
let engine: Engine;
let scripted: ScriptedJob;

beforeEach(async () => {
  database = await createDatabase();
  scripted = new ScriptedJob();
  const clock = new FakeClock(`${TODAY}12:00:00Z`);
  engine = openEngine(database, { clock, handlers: [scripted] });
  await startWith(packagedZones);
});
afterEach(async () => {
  await abandonAttempts(engine);
  useZoneData(packagedZones);
  await database.drop();
});

/** An instance comes that has these zone data. */
async function startWith(data: ZoneData): Promise<void> {
  useZoneData(data);
  await openKeeper(database, engine).keeper.onModuleInit();
}

async function aJob(fields: object = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', ...NINE, ...fields });
  return id;
}

function at(time: string, day = TODAY): void {
  engine.clock.set(`${day}${time}Z`);
}

async function planAt(time: string, day = TODAY): Promise<void> {
  at(time, day);
  while ((await engine.planner.tick()) > 0);
}

async function runDueAt(...times: string[]): Promise<void> {
  for (const time of times) {
    at(time);
    await engine.runDue();
  }
}

async function nextRunOf(id: number): Promise<string | undefined> {
  const rows = await database.query<{ next_run: Date | null }>(
    'SELECT next_run FROM jobs WHERE id = $1',
    [id],
  );
  return rows[0]?.next_run?.toISOString().slice(8, 19);
}

describe('newer zone data', () => {
  it('move the next instants that are ahead', async () => {
    const id = await aJob();
    expect(await nextRunOf(id)).toBe('24T16:00:00');

    await startWith(LATER);
    expect(await nextRunOf(id)).toBe('24T17:00:00');

    await startWith(EARLIER);
    expect(await nextRunOf(id)).toBe('24T15:00:00');
    expect(await verdicts(database)).toEqual([]);
  });

  it('are what is planned and run by from then on, once a day', async () => {
    await aJob();

    await startWith(LATER);

    await runDueAt('16:00:00', '17:00:00', '23:00:00');
    at('17:00:00', TOMORROW);
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['17:00:00 succeeded', '17:00:00 succeeded']);
  });

  it('withdraw what is planned and not due any more, and say why in the ledger', async () => {
    const id = await aJob();
    await planAt('15:59:59');
    expect(await verdicts(database)).toEqual(['16:00:00 planned']);

    await startWith(LATER);

    expect(await nextRunOf(id)).toBe('24T17:00:00');
    const finishedAt = new Date(`${TODAY}15:59:59Z`);
    expect(await ledger(database)).toMatchObject([
      { status: 'cancelled', reason: 'zone-data', finishedAt, wakeAt: null, attempt: 0 },
    ]);
    await runDueAt('16:00:00', '17:00:00');
    expect(await verdicts(database)).toEqual([
      '16:00:00 cancelled (zone-data)',
      '17:00:00 succeeded',
    ]);
  });

  it('fire nothing that they make due in the past', async () => {
    const id = await aJob();
    at('15:30:00');

    await startWith(EARLIER);

    expect(await nextRunOf(id)).toBe('25T15:00:00');
    await runDueAt('15:30:00', '16:00:00', '23:00:00');
    expect(await verdicts(database)).toEqual([]);
  });

  it('run again what they have put off, since it is due then', async () => {
    await aJob();
    await runDueAt('16:00:00');

    await startWith(LATER);

    await runDueAt('16:00:01', '17:00:00');
    expect(await verdicts(database)).toEqual(['16:00:00 succeeded', '17:00:00 succeeded']);
  });

  describe('that make something due in a moment, ahead of what is planned', () => {
    beforeEach(async () => {
      const id = await aJob({ schedule: '1 0 9 * * *' });
      const extra = { action: 'add' as const, at: `${TODAY}15:00:02Z` };
      await openByHand(database, engine).exceptions.add(id, extra);
      await planAt('15:00:00');
      expect(await verdicts(database)).toEqual(['15:00:02 planned']);
    });

    it('have both planned', async () => {
      await startWith(EARLIER);

      await planAt('15:00:00');
      expect(await verdicts(database)).toEqual(['15:00:01 planned', '15:00:02 planned']);
      await runDueAt('15:00:01', '15:00:02', '16:00:01');
      expect(await verdicts(database)).toEqual(['15:00:01 succeeded', '15:00:02 succeeded']);
    });

    it('have both accounted for when nobody comes to it in time', async () => {
      await startWith(EARLIER);

      await runDueAt('15:00:20');
      expect(await verdicts(database)).toEqual(['15:00:01 skipped (missed)', '15:00:02 succeeded']);
    });
  });

  it('leave what they do not concern as it is', async () => {
    at('15:30:00');
    const ids = [
      await aJob({ schedule: '0 16 * * *', timezone: 'UTC' }),
      await aJob({ schedule: '0 17 * * *', timezone: 'Europe/Berlin' }),
      await aJob({ schedule: '0 * * * *' }),
      await aJob({ schedule: '@every 30m' }),
      await aJob({ schedule: `@at ${TODAY}16:00:00Z` }),
    ];
    await planAt('15:59:59');
    const [rows, nextRuns] = [await ledger(database), await Promise.all(ids.map(nextRunOf))];

    await startWith(LATER);

    expect(rows.filter(({ status }) => status === 'planned')).toHaveLength(5);
    expect(await ledger(database)).toEqual(rows);
    expect(await Promise.all(ids.map(nextRunOf))).toEqual(nextRuns);
  });

  it('leave what has started, what is retried, and starts by hand', async () => {
    const gate = new Gate();
    const retry = { maxAttempts: 2, initialDelayMs: 60_000, jitter: 0 };
    const running = await aJob({ type: 'scripted' });
    const retried = await aJob({ type: 'scripted', retry });
    scripted.does(({ jobId }) =>
      jobId === running ? gate.passed : { kind: 'retry', error: 'not yet' },
    );
    await planAt('16:00:00');
    await engine.worker.tick();
    await eventually(async () => (await verdicts(database, retried))[0] === '16:00:00 queued');
    await engine.jobs.trigger(retried, undefined);

    await startWith(LATER);

    expect(await verdicts(database, running)).toEqual(['16:00:00 running']);
    expect(await verdicts(database, retried)).toEqual(['16:00:00 queued', '16:00:00-1 queued']);
    gate.open({ kind: 'succeeded' });
    await engine.inFlight.settle(10_000);
    expect(await verdicts(database, running)).toEqual(['16:00:00 succeeded']);
  });

  it('may bring a zone that nobody knew, and do not stumble over one that nobody knows', async () => {
    const unknown = await aJob();
    const known = await aJob();
    await database.query(`UPDATE jobs SET timezone = 'America/Atlantis' WHERE id = $1`, [unknown]);

    await startWith(LATER);
    expect(await nextRunOf(unknown)).toBe('24T16:00:00');
    expect(await nextRunOf(known)).toBe('24T17:00:00');

    await startWith(zonesOf('2027c', { 'America/Atlantis': -6 }));
    expect(await nextRunOf(unknown)).toBe('24T15:00:00');
  });
});

describe('newer zone data after an outage', () => {
  it('judge all of it, by the policy of the job', async () => {
    at('12:00:00', '2026-11-20T');
    const id = await aJob();
    at('16:00:00', '2026-11-20T');
    await engine.runDue();
    at('16:30:00');

    await startWith(LATER);

    await engine.runDue();
    const [before, range, missed, ...others] = await ledger(database, id);
    expect(others).toEqual([]);
    expect(before).toMatchObject({ scheduledFor: '2026-11-20T16:00:00.000Z' });
    expect(range).toMatchObject({
      reason: 'missed',
      rangeFrom: new Date('2026-11-21T17:00:00Z'),
      rangeTo: new Date('2026-11-22T17:00:00Z'),
      rangeCount: 2,
    });
    expect(missed).toMatchObject({
      scheduledFor: '2026-11-23T17:00:00.000Z',
      status: 'succeeded',
      trigger: 'missed',
    });
    expect(await nextRunOf(id)).toBe('24T17:00:00');
  });

  it('owe what had come and was not planned', async () => {
    const id = await aJob();
    at('16:00:20');

    await startWith(EARLIER);

    expect(await nextRunOf(id)).toBe('24T15:00:00');
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['15:00:00 succeeded']);
    expect(await ledger(database)).toMatchObject([{ trigger: 'missed' }]);
  });

  it('owe what had come and was not started', async () => {
    const id = await aJob();
    await planAt('15:59:59');
    at('16:00:20');

    await startWith(EARLIER);

    expect(await nextRunOf(id)).toBe('24T15:00:00');
    await engine.runDue();
    expect(await verdicts(database)).toEqual([
      '15:00:00 succeeded',
      '16:00:00 cancelled (zone-data)',
    ]);
    expect(await nextRunOf(id)).toBe('25T15:00:00');
  });

  it('make nothing of the day before that was settled by the old ones', async () => {
    const missed = { policy: 'all' as const, maxAgeSeconds: 864_000 };
    const id = await aJob({ missed });
    await runDueAt('16:00:00');
    at('12:00:00', TOMORROW);
    await startWith(packagedZones);
    at('16:30:00', TOMORROW);

    await startWith(LATER);

    expect(await nextRunOf(id)).toBe('25T17:00:00');
    at('17:00:00', TOMORROW);
    await engine.runDue();
    expect(await verdicts(database)).toEqual(['16:00:00 succeeded', '17:00:00 succeeded']);
  });

  it('leave a job that has lost its next instant to the reconciler', async () => {
    const id = await aJob({ schedule: '0 * * * *' });
    await runDueAt('13:00:00');
    await database.query('UPDATE jobs SET next_run = NULL');
    at('15:30:00');

    await startWith(LATER);

    expect(await nextRunOf(id)).toBeUndefined();
    await engine.reconciler.tick();
    expect(await nextRunOf(id)).toBe('24T14:00:00');
  });

  it('start late what is due by both', async () => {
    await aJob({ schedule: '0 * * * *' });
    await planAt('15:59:59');
    at('16:00:20');

    await startWith(LATER);

    await engine.runDue();
    expect((await verdicts(database)).at(-1)).toBe('16:00:00 succeeded');
  });
});

describe('newer zone data and what a job has beside its schedule', () => {
  it('do not touch a pause, and what is resumed goes by them', async () => {
    const id = await aJob();
    await engine.jobs.update(id, { isActive: false });
    at('15:30:00');

    await startWith(LATER);

    expect(await nextRunOf(id)).toBeUndefined();
    at('18:00:00');
    await engine.jobs.update(id, { isActive: true });
    expect(await nextRunOf(id)).toBe('25T17:00:00');
    expect(await ledger(database)).toMatchObject([
      { reason: 'paused', rangeFrom: new Date(`${TODAY}17:00:00Z`), rangeCount: 1 },
    ]);
  });

  it('keep an instant that was added, and lose one that was left out at an instant of the old', async () => {
    const id = await aJob();
    const { exceptions } = openByHand(database, engine);
    await exceptions.add(id, { action: 'add', at: `${TODAY}16:30:00Z` });
    await exceptions.add(id, { action: 'skip', at: `${TODAY}16:00:00Z` });

    await startWith(LATER);

    await runDueAt('16:00:00', '16:30:00', '17:00:00');
    expect(await verdicts(database)).toEqual(['16:30:00 succeeded', '17:00:00 succeeded']);
  });

  it('plan anew what a calendar has to say about another day', async () => {
    await database.query(
      `INSERT INTO calendars (name, mode, dates) VALUES ('holidays', 'exclude', '["2026-11-25"]')`,
    );
    await aJob({ schedule: '* * * * * *', calendar: 'holidays' });
    await planAt('05:59:59', TOMORROW);
    const planned = async () => (await verdicts(database)).filter((text) => /planned/.test(text));
    expect(await planned()).toEqual(['05:59:59 planned', '06:00:00 planned', '06:00:01 planned']);

    await startWith(EARLIER);

    await planAt('05:59:59', TOMORROW);
    expect(await planned()).toEqual([
      '05:59:59 planned',
      '06:00:00 planned (calendar)',
      '06:00:01 planned (calendar)',
    ]);
  });

  it('keep the spread of a job', async () => {
    const id = await aJob({ key: 'spread', spreadSeconds: 600 });
    const [, time = ''] = (await nextRunOf(id))!.split('T16');

    await startWith(LATER);

    expect(time).not.toBe(':00:00');
    expect(await nextRunOf(id)).toBe(`24T17${time}`);
    await runDueAt(`17${time}`);
    const [run] = await database.query<{ nominal: Date }>(
      'SELECT nominal_for AS nominal FROM runs',
    );
    expect(run?.nominal).toEqual(new Date(`${TODAY}17:00:00Z`));
  });

  it('do not begin before its start', async () => {
    const id = await aJob({ startAt: '2026-12-01T16:30:00Z' });
    expect(await nextRunOf(id)).toBe('02T16:00:00');

    await startWith(LATER);

    expect(await nextRunOf(id)).toBe('01T17:00:00');
  });

  it('complete it when they leave nothing before its end', async () => {
    const id = await aJob({ endAt: `${TODAY}16:30:00Z` });
    await planAt('15:59:59');

    await startWith(LATER);

    expect(await nextRunOf(id)).toBeUndefined();
    await engine.reconciler.tick();
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
    expect(await verdicts(database)).toEqual(['16:00:00 cancelled (zone-data)']);
  });

  it('leave it its last occurrence where that is due by both', async () => {
    const id = await aJob({ schedule: '0 * * * *', endAt: `${TODAY}13:30:00Z` });
    await planAt('12:59:59');

    await startWith(LATER);

    expect(await nextRunOf(id)).toBeUndefined();
    await runDueAt('13:00:00');
    expect(await verdicts(database)).toEqual(['13:00:00 succeeded']);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false });
  });
});
