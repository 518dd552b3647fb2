import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { MissedPolicy } from '../../src/schedules/missed.ts';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { PausesService } from '../../src/jobs/pauses/pauses.service.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { openRivals, type Rivals } from '../support/rivals.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';
import { openService } from '../support/service.ts';

let database: TestDatabase;
let rivals: Rivals;
let engine: Engine;
let scripted: ScriptedJob;

beforeEach(async () => {
  database = await createDatabase();
  scripted = new ScriptedJob();
  const clock = new FakeClock('2026-11-24T09:00:00Z');
  rivals = openRivals(database, 2, { clock, handlers: [scripted] });
  [engine] = rivals.engines as [Engine];
});
afterEach(async () => {
  await rivals.close();
  await database.drop();
});

/** Registers a job that is due every minute from 09:01 on. */
async function aMinutelyJob(fields: object = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *', ...fields });
  return id;
}

function at(time: string): void {
  engine.clock.set(instant(time));
}

function instant(time: string): Date {
  return new Date(`2026-11-24T${time}Z`);
}

async function pauseAt(time: string, id: number, until: string, reason?: string): Promise<void> {
  at(time);
  await engine.pauses.pause(id, { reason, until: instant(until).toISOString() });
}

/** Pauses end, and what is due is run, as far as anything is. */
async function goOnAt(time: string): Promise<void> {
  at(time);
  await engine.resumer.tick();
  await engine.runDue();
}

/** Every range of the ledger as `from-to count (reason)`. */
async function ranges(): Promise<string[]> {
  const rows = (await ledger(database)).filter(({ rangeCount }) => rangeCount !== null);
  const time = (of: Date | null): string => of?.toISOString().slice(11, 19) ?? '';
  return rows.map(
    ({ rangeFrom, rangeTo, rangeCount, reason }) =>
      `${time(rangeFrom)}-${time(rangeTo)} ${rangeCount} (${reason})`,
  );
}

async function revisions(id: number): Promise<string[]> {
  const { items } = await engine.revisions.list(id, { limit: 100 });
  return items.map(({ revision, action, actor, at: when }) =>
    [revision, action, actor, when.toISOString().slice(11, 19)].join(' '),
  );
}

describe('a pause with an end', () => {
  it('ends at that instant, which belongs to it still', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:05:00');

    await goOnAt('09:04:59');
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, revision: 2 });
    await goOnAt('09:05:00');

    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: true,
      pausedAt: null,
      pausedReason: null,
      pausedUntil: null,
      nextRun: instant('09:06:00'),
      updatedAt: instant('09:05:00'),
    });
    expect(await ranges()).toEqual(['09:01:00-09:05:00 5 (paused)']);
    await goOnAt('09:06:00');
    expect(await verdicts(database)).toEqual(['09:05:00 skipped (paused)', '09:06:00 succeeded']);
    expect(await revisions(id)).toEqual([
      '3 resumed scheduler 09:05:00',
      '2 paused api 09:00:30',
      '1 created api 09:00:00',
    ]);
  });

  it('ends by itself, long before anybody would look again', async () => {
    const service = await openService(database, { POLL_MS: 60_000 });
    const { id } = await service.app.get(JobsService).create({ name: 'a', schedule: '@yearly' });
    const until = new Date(Date.now() + 300).toISOString();

    await service.app.get(PausesService).pause(id, { until });

    await eventually(async () => (await service.app.get(JobsService).get(id)).isActive, {
      timeoutMs: 5_000,
    });
    await service.close();
  });

  it('leaves no row when no instant fell into it', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:10', id, '09:00:50');

    await goOnAt('09:01:00');

    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
  });

  it('may be given another end, and none', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:02:00');
    await pauseAt('09:01:30', id, '09:04:00');
    await goOnAt('09:02:00');
    expect((await engine.jobs.get(id)).isActive).toBe(false);

    at('09:03:30');
    await engine.pauses.pause(id, {});

    await goOnAt('09:10:00');
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, pausedUntil: null });
    expect(await ledger(database)).toEqual([]);
  });

  it('may be over sooner by hand, and is not ended again', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:05:00');
    at('09:02:30');

    await engine.pauses.resume(id);

    for (const time of ['09:03:00', '09:04:00', '09:05:00']) await goOnAt(time);
    expect(await verdicts(database)).toEqual([
      '09:02:00 skipped (paused)',
      '09:03:00 succeeded',
      '09:04:00 succeeded',
      '09:05:00 succeeded',
    ]);
    expect((await engine.jobs.get(id)).revision).toBe(3);
  });

  it('does not keep a run from ending that was under way', async () => {
    const gate = new Gate();
    const id = await aMinutelyJob({ type: 'scripted' });
    scripted.does(() => gate.passed);
    at('09:01:00');
    await engine.planner.tick();
    await engine.worker.tick();

    await pauseAt('09:01:02', id, '09:01:10');
    at('09:01:10');
    await engine.resumer.tick();
    gate.open();
    await engine.inFlight.settle(10_000);

    expect(await verdicts(database)).toEqual(['09:01:00 succeeded']);
    await goOnAt('09:02:00');
    expect(await verdicts(database)).toEqual(['09:01:00 succeeded', '09:02:00 succeeded']);
  });

  it('forgets the failures that were counted against the job', async () => {
    const id = await aMinutelyJob({ autoPauseAfter: 5 });
    await database.query('UPDATE jobs SET failures_in_row = 3');
    await pauseAt('09:00:30', id, '09:05:00');

    await goOnAt('09:05:00');

    expect(await database.query('SELECT failures_in_row FROM jobs')).toEqual([
      { failures_in_row: 0 },
    ]);
  });

  it('of a job that was deleted meanwhile ends with it', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:05:00');
    at('09:02:30');
    await engine.jobs.delete(id);

    await goOnAt('09:06:00');

    expect(await ranges()).toEqual(['09:01:00-09:02:00 2 (paused)']);
    expect((await revisions(id))[0]).toBe('3 deleted api 09:02:30');
  });
});

describe('a pause whose end comes an hour before anybody gets to it', () => {
  const POLICIES: [MissedPolicy, verdicts: string[], ranges: string[]][] = [
    [
      { policy: 'skip', maxAgeSeconds: 86_400, maxCount: 100 },
      ['09:30:00 skipped (paused)', '10:30:00 skipped (missed)'],
      ['09:10:00-09:30:00 3 (paused)', '09:40:00-10:30:00 6 (missed)'],
    ],
    [
      { policy: 'once', maxAgeSeconds: 86_400, maxCount: 100 },
      ['09:30:00 skipped (paused)', '10:20:00 skipped (missed)', '10:30:00 succeeded'],
      ['09:10:00-09:30:00 3 (paused)', '09:40:00-10:20:00 5 (missed)'],
    ],
    [
      { policy: 'all', maxAgeSeconds: 86_400, maxCount: 100 },
      [
        '09:30:00 skipped (paused)',
        '09:40:00 succeeded',
        '09:50:00 succeeded',
        '10:00:00 succeeded',
        '10:10:00 succeeded',
        '10:20:00 succeeded',
        '10:30:00 succeeded',
      ],
      ['09:10:00-09:30:00 3 (paused)'],
    ],
  ];

  it.each(POLICIES)('is still over at its end: %j', async (missed, expected, skipped) => {
    const id = await aMinutelyJob({ schedule: '*/10 * * * *', missed, overlap: 'allow' });
    await pauseAt('09:00:30', id, '09:30:00');

    await goOnAt('10:30:30');
    for (let drained = 0; drained < 10; drained += 1) await engine.runDue();

    expect(await verdicts(database)).toEqual(expected);
    expect(await ranges()).toEqual(skipped);
    expect((await revisions(id))[0]).toBe('3 resumed scheduler 09:30:00');
  });

  it('ends with a change of something else, which leaves the late instants due', async () => {
    const id = await aMinutelyJob({ schedule: '*/10 * * * *' });
    await pauseAt('09:00:30', id, '09:30:00');
    at('10:15:30');

    const job = await engine.jobs.update(id, { name: 'b' });

    expect(job).toMatchObject({ isActive: true, pausedUntil: null, name: 'b', revision: 4 });
    await goOnAt('10:15:31');
    expect(await verdicts(database)).toEqual([
      '09:30:00 skipped (paused)',
      '10:00:00 skipped (missed)',
      '10:10:00 succeeded',
    ]);
    expect((await revisions(id)).slice(0, 2)).toEqual([
      '4 updated api 10:15:30',
      '3 resumed scheduler 09:30:00',
    ]);
  });

  it('ends before a change of the schedule, which never fires what is past', async () => {
    const id = await aMinutelyJob({ schedule: '*/10 * * * *' });
    await pauseAt('09:00:30', id, '09:30:00');
    at('10:15:30');

    await engine.jobs.update(id, { schedule: '*/20 * * * *' });

    await goOnAt('10:15:31');
    expect(await ranges()).toEqual([
      '09:10:00-09:30:00 3 (paused)',
      '09:40:00-10:10:00 4 (missed)',
    ]);
    await goOnAt('10:20:00');
    expect((await verdicts(database)).at(-1)).toBe('10:20:00 succeeded');
  });

  it('ends before another pause, after which nothing starts', async () => {
    const id = await aMinutelyJob({ schedule: '*/10 * * * *' });
    await pauseAt('09:00:30', id, '09:30:00');
    at('10:15:30');

    const job = await engine.jobs.update(id, { isActive: false });

    expect(job).toMatchObject({ isActive: false, pausedUntil: null, pausedAt: engine.clock.now() });
    await goOnAt('10:20:00');
    expect(await ranges()).toEqual([
      '09:10:00-09:30:00 3 (paused)',
      '09:40:00-10:10:00 4 (paused)',
    ]);
    expect(await ledger(database)).toHaveLength(2);
  });

  it('ends before the deletion of the job', async () => {
    const id = await aMinutelyJob({ schedule: '*/10 * * * *' });
    await pauseAt('09:00:30', id, '09:30:00');
    at('10:15:30');

    await engine.jobs.delete(id);

    await goOnAt('10:20:00');
    expect(await ranges()).toEqual([
      '09:10:00-09:30:00 3 (paused)',
      '09:40:00-10:10:00 4 (missed)',
    ]);
  });

  it('goes by the revision that its end has made', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:30:00');
    at('10:15:30');

    await expect(engine.jobs.update(id, { name: 'b' }, '"2"')).rejects.toThrow('revision "3"');

    expect((await engine.jobs.get(id)).revision).toBe(2);
  });
});

describe('a pause over whose end the schedule has ended', () => {
  it('completes the job, and is accounted for', async () => {
    const id = await aMinutelyJob({ endAt: '2026-11-24T09:05:00Z' });
    await pauseAt('09:02:30', id, '09:10:00', 'holiday');

    await goOnAt('09:30:00');

    expect(await engine.jobs.get(id)).toMatchObject({
      isActive: false,
      nextRun: null,
      pausedAt: null,
      pausedReason: null,
      pausedUntil: null,
    });
    expect((await ranges()).at(-1)).toBe('09:03:00-09:05:00 3 (paused)');
    expect((await revisions(id))[0]).toBe('3 completed scheduler 09:10:00');
    await goOnAt('10:00:00');
    expect((await engine.jobs.get(id)).revision).toBe(3);
  });

  it('completes one that has had all its runs', async () => {
    const id = await aMinutelyJob({ maxRuns: 5 });
    await goOnAt('09:01:00');
    await pauseAt('09:01:30', id, '09:03:00');
    await engine.jobs.update(id, { maxRuns: 1 });

    await goOnAt('09:10:00');

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: false, pausedUntil: null });
    expect((await revisions(id))[0]).toBe('4 completed scheduler 09:03:00');
  });
});

describe('a job that cannot be resumed', () => {
  async function lost(id: number): Promise<void> {
    await database.query(`UPDATE jobs SET timezone = 'Mars/Olympus' WHERE id = $1`, [id]);
  }

  it('stays paused for a reason, is not looked at again, and keeps no other back', async () => {
    const broken = await aMinutelyJob();
    const sound = await aMinutelyJob();
    await pauseAt('09:00:30', broken, '09:02:00', 'holiday');
    await pauseAt('09:00:30', sound, '09:03:00');
    await lost(broken);

    at('09:03:00');
    const looks = [await engine.resumer.tick(), await engine.resumer.tick()];

    expect(looks).toEqual([2, 0]);
    expect(await engine.jobs.get(broken)).toMatchObject({
      isActive: false,
      pausedReason: 'Not resumed at 2026-11-24T09:02:00.000Z: the schedule cannot be read any more',
      pausedUntil: null,
      pausedAt: instant('09:00:30'),
    });
    expect((await engine.jobs.get(sound)).isActive).toBe(true);
  });

  it('can be mended before anybody gets to it, and goes on from there', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:02:00');
    await lost(id);
    at('09:10:30');

    await engine.jobs.update(id, { timezone: 'UTC' });

    await goOnAt('09:11:30');
    expect(await verdicts(database)).toEqual(['09:11:00 succeeded']);
  });

  it('has another turn when the database has refused the change, after all others', async () => {
    const refused = await aMinutelyJob();
    const sound = await aMinutelyJob();
    await pauseAt('09:00:30', refused, '09:02:00');
    await pauseAt('09:00:30', sound, '09:03:00');
    await database.query(
      `ALTER TABLE jobs ADD CONSTRAINT no CHECK (id <> ${refused} OR NOT is_active)`,
    );

    at('09:03:00');
    const looks = await engine.resumer.tick();

    expect(looks).toBe(2);
    expect((await engine.jobs.get(sound)).isActive).toBe(true);
    expect(await engine.jobs.get(refused)).toMatchObject({
      isActive: false,
      revision: 2,
      pausedUntil: instant('09:02:00'),
    });
    expect(await ledger(database, refused)).toEqual([]);
  });
});

describe('two resumers', () => {
  it('end each of a hundred pauses once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => aMinutelyJob()));
    at('09:00:30');
    await Promise.all(ids.map((id) => pauseAt('09:00:30', id, '09:05:00')));

    at('09:07:00');
    const counts = await Promise.all(rivals.engines.map(({ resumer }) => resumer.tick()));

    expect(counts.reduce((sum, count) => sum + count)).toBe(100);
    expect(await ranges()).toEqual(Array(100).fill('09:01:00-09:05:00 5 (paused)'));
    expect(
      await database.query(
        `SELECT revision, is_active, next_run, count(*)::integer FROM jobs GROUP BY 1, 2, 3`,
      ),
    ).toEqual([{ revision: 3, is_active: true, next_run: instant('09:06:00'), count: 100 }]);
  });

  it('and somebody who resumes by hand do not do it twice', async () => {
    const id = await aMinutelyJob();
    await pauseAt('09:00:30', id, '09:05:00');
    at('09:05:30');

    await Promise.all([
      ...rivals.engines.map(({ resumer }) => resumer.tick()),
      engine.pauses.resume(id),
    ]);

    expect(await ranges()).toEqual(['09:01:00-09:05:00 5 (paused)']);
    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true, revision: 3 });
  });
});
