import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { DEFINITION_COLUMNS } from '../../src/jobs/job-columns.ts';
import { changesBetween } from '../../src/jobs/revisions/revision-diff.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';

let database: TestDatabase;
let engine: Engine;

beforeEach(async () => {
  database = await createDatabase();
  const clock = new FakeClock('2026-11-24T09:00:00Z');
  engine = openEngine(database, { clock, handlers: [new ScriptedJob()] });
  await database.query(
    `INSERT INTO calendars (namespace_id, name, mode) VALUES (1, 'one', 'exclude'), (1, 'two', 'exclude')`,
  );
});
afterEach(() => database.drop());

async function aJob(fields: Partial<CreateJobDto> = {}): Promise<number> {
  const { id } = await engine.jobs.create({ name: 'a', schedule: '* * * * *', ...fields });
  return id;
}

function at(time: string): void {
  engine.clock.set(`2026-11-24T${time}Z`);
}

async function plan(): Promise<void> {
  while ((await engine.planner.tick()) > 0);
}

/** Two definitions that have nothing in common. */
function definitions(target: number): [CreateJobDto, CreateJobDto] {
  return [
    {
      key: 'one',
      name: 'one',
      description: 'first',
      type: 'log',
      payload: { text: ['a', { deep: 'null' }] },
      schedule: '0 3 * * *',
      timezone: 'Europe/Berlin',
      dst: { gap: 'skip', overlap: 'second' },
      startAt: '2026-12-01T00:00:00Z',
      endAt: '2027-12-01T00:00:00Z',
      maxRuns: 5,
      spreadSeconds: 7,
      calendar: 'one',
      missed: { policy: 'skip', maxAgeSeconds: 60, maxCount: 1 },
      overlap: 'queue',
      retry: {
        maxAttempts: 3,
        backoff: 'fixed',
        initialDelayMs: 5,
        maxDelayMs: 10,
        jitter: 0,
        onLost: 'fail',
      },
      timeoutMs: 1_000,
      priority: 5,
      autoPauseAfter: 3,
      onSuccess: [target],
      onFailure: [target],
      onFinish: [target],
      labels: { team: 'a' },
    },
    {
      key: null,
      name: 'two',
      description: null,
      type: 'scripted',
      payload: null,
      schedule: '@every 90s',
      timezone: 'UTC',
      dst: { gap: 'shift', overlap: 'first' },
      startAt: null,
      endAt: null,
      maxRuns: null,
      spreadSeconds: 0,
      calendar: 'two',
      missed: { policy: 'all', maxAgeSeconds: 70, maxCount: 2 },
      overlap: 'allow',
      retry: {
        maxAttempts: 1,
        backoff: 'exponential',
        initialDelayMs: 6,
        maxDelayMs: 11,
        jitter: 0.5,
        onLost: 'retry',
      },
      timeoutMs: 2_000,
      priority: -5,
      autoPauseAfter: null,
      onSuccess: [],
      onFailure: [],
      onFinish: [],
      labels: {},
    },
  ];
}

describe('the revisions of a job', () => {
  it('tell who has done what, newest first, and what was different', async () => {
    const id = await aJob({ payload: { a: { b: 1, c: [1] } } });
    at('09:00:10');
    await engine.jobs.update(id, { payload: { a: { b: 2, c: [1] } }, retry: { maxAttempts: 2 } });
    at('09:00:20');
    await engine.pauses.pause(id, { reason: 'why', until: '2026-11-24T09:01:00Z' });
    at('09:01:00');
    await engine.resumer.tick();

    const { items } = await engine.revisions.list(id, { limit: 10 });

    const told = items.map(({ from, to, ...rest }) => ({
      ...rest,
      changes: changesBetween(from, to),
    }));
    const when = (time: string) => new Date(`2026-11-24T${time}Z`);
    expect(told).toEqual([
      {
        jobId: id,
        revision: 4,
        action: 'resumed',
        actor: 'scheduler',
        at: when('09:01:00'),
        changes: expect.arrayContaining([
          { path: 'isActive', from: false, to: true },
          { path: 'pausedUntil', from: '2026-11-24T09:01:00.000Z', to: null },
          { path: 'pausedReason', from: 'why', to: null },
        ]),
      },
      {
        jobId: id,
        revision: 3,
        action: 'paused',
        actor: 'api',
        at: when('09:00:20'),
        changes: expect.arrayContaining([{ path: 'isActive', from: true, to: false }]),
      },
      {
        jobId: id,
        revision: 2,
        action: 'updated',
        actor: 'api',
        at: when('09:00:10'),
        changes: expect.arrayContaining([
          { path: 'payload.a.b', from: 1, to: 2 },
          { path: 'retry.maxAttempts', from: 1, to: 2 },
        ]),
      },
      {
        jobId: id,
        revision: 1,
        action: 'created',
        actor: 'api',
        at: when('09:00:00'),
        changes: [],
      },
    ]);
    expect(told.map(({ changes }) => changes.length)).toEqual([3, 3, 2, 0]);
  });

  it('come in pages that are short where much has changed, and none is left out', async () => {
    const id = await aJob();
    for (let revision = 2; revision <= 9; revision += 1) {
      await engine.jobs.update(id, { payload: String(revision).repeat(200_000) });
    }

    const pages: number[][] = [];
    let cursor: string | undefined;
    do {
      const page = await engine.revisions.list(id, { limit: 5, cursor });
      pages.push(page.items.map(({ revision }) => revision));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);

    expect(pages).toEqual([
      [9, 8, 7],
      [6, 5, 4],
      [3, 2, 1],
    ]);
  });

  it('are there for a deleted job, and tell that it was deleted', async () => {
    const id = await aJob();
    at('09:00:30');
    await engine.jobs.delete(id);

    const { items } = await engine.revisions.list(id, { limit: 10 });

    expect(items.map(({ action }) => action)).toEqual(['deleted', 'created']);
    const { definition } = await engine.revisions.get(id, 1);
    expect(definition).toMatchObject({ name: 'a', schedule: '* * * * *', isActive: true });
    await expect(engine.revisions.restore(id, 1)).rejects.toThrow(`No job has the id ${id}`);
  });
});

describe('restoring a revision', () => {
  it('brings back everything that a client can set', async () => {
    const [one, two] = definitions(await aJob());
    const id = await aJob(one);
    const first = await engine.jobs.get(id);
    const second = await engine.jobs.update(id, two);
    const fields = Object.keys(DEFINITION_COLUMNS) as (keyof typeof first)[];
    const same = fields.filter(
      (field) => JSON.stringify(first[field]) === JSON.stringify(second[field]),
    );
    expect(same).toEqual(['isActive']);

    const restored = await engine.revisions.restore(id, 1);

    for (const field of fields) expect([field, restored[field]]).toEqual([field, first[field]]);
    expect(restored.revision).toBe(3);
    const { items } = await engine.revisions.list(id, { limit: 1 });
    expect(items[0]).toMatchObject({ revision: 3, action: 'restored', actor: 'api' });
    const again = await engine.revisions.restore(id, 2);
    for (const field of fields) expect([field, again[field]]).toEqual([field, second[field]]);
  });

  it('changes nothing when the job is that already', async () => {
    const [one] = definitions(await aJob());
    const id = await aJob(one);
    at('09:00:30');

    const restored = await engine.revisions.restore(id, 1);

    expect(restored).toMatchObject({ revision: 1, updatedAt: restored.createdAt });
    expect((await engine.revisions.list(id, { limit: 10 })).items).toHaveLength(1);
  });

  it('withdraws what is planned, and starts nothing of what was', async () => {
    const id = await aJob({ schedule: '0 12 * * *' });
    await engine.jobs.update(id, { schedule: '* * * * *' });
    at('09:00:59');
    await plan();
    expect(await verdicts(database)).toEqual(['09:01:00 planned']);

    const job = await engine.revisions.restore(id, 1);

    expect(job.nextRun).toEqual(new Date('2026-11-24T12:00:00Z'));
    at('09:05:00');
    await engine.runDue();
    expect(await verdicts(database)).toEqual([]);
  });

  it('gives what is due and has not started its verdict', async () => {
    const id = await aJob({ schedule: '0 12 * * *' });
    await engine.jobs.update(id, { schedule: '* * * * *' });
    at('09:02:00');
    await plan();

    await engine.revisions.restore(id, 1);

    await engine.runDue();
    expect((await ledger(database)).map(({ status, reason }) => [status, reason])).toEqual(
      expect.arrayContaining([['skipped', 'missed']]),
    );
    expect((await ledger(database)).filter(({ status }) => status !== 'skipped')).toEqual([]);
  });

  it('leaves a paused job paused, and an active one active', async () => {
    const id = await aJob();
    at('09:00:30');
    await engine.pauses.pause(id, { reason: 'why' });
    await engine.jobs.update(id, { name: 'b' });

    const paused = await engine.revisions.restore(id, 1);
    await engine.pauses.resume(id);
    const active = await engine.revisions.restore(id, 3);

    expect(paused).toMatchObject({
      name: 'a',
      isActive: false,
      pausedReason: 'why',
      nextRun: null,
    });
    expect(active).toMatchObject({ name: 'b', isActive: true, pausedReason: null });
    expect(active.nextRun).toEqual(new Date('2026-11-24T09:01:00Z'));
  });

  it('leaves the exceptions as they are', async () => {
    const id = await aJob();
    const exceptions = [
      { id: 2, action: 'skip', at: '2026-11-24T09:10:00.000Z', to: null, reason: null },
    ];
    await engine.jobs.update(id, { name: 'b' });
    await database.query('UPDATE jobs SET exceptions = $1', [JSON.stringify(exceptions)]);

    const job = await engine.revisions.restore(id, 1);

    expect(job).toMatchObject({ name: 'a', exceptions });
  });

  it('is refused like any change', async () => {
    const gone = await aJob();
    const calendar = await aJob({ calendar: 'one' });
    const key = await aJob({ key: 'mine' });
    const chained = await aJob({ onSuccess: [gone] });
    const once = await aJob({ schedule: '@at 2026-11-24T09:01:00Z' });
    await engine.jobs.update(calendar, { calendar: null });
    await engine.jobs.update(key, { key: null });
    await engine.jobs.update(chained, { onSuccess: [] });
    await engine.jobs.update(once, { schedule: '@at 2026-11-24T10:00:00Z' });
    await engine.jobs.delete(gone);
    await aJob({ key: 'mine' });
    await database.query(`DELETE FROM calendars WHERE name = 'one'`);
    at('09:30:00');

    await expect(engine.revisions.restore(calendar, 1)).rejects.toThrow('calendar: must be');
    await expect(engine.revisions.restore(key, 1)).rejects.toThrow('has the key mine');
    await expect(engine.revisions.restore(chained, 1)).rejects.toThrow('onSuccess');
    await expect(engine.revisions.restore(once, 1)).rejects.toThrow('no instant ahead');
    for (const id of [calendar, key, chained, once]) {
      expect((await engine.jobs.get(id)).revision).toBe(2);
    }
  });

  it('fills in what was not there yet when the revision was made', async () => {
    const id = await aJob({ priority: 7 });
    await database.query(
      `UPDATE job_revisions SET definition = definition - 'priority' - 'onFinish' || '{"old": 1}'`,
    );
    await engine.jobs.update(id, { name: 'b' });

    const job = await engine.revisions.restore(id, 1);

    expect(job).toMatchObject({ name: 'a', priority: 0, onFinish: [] });
  });

  it('only tried, tells the next instants before and after', async () => {
    const id = await aJob({ schedule: '0 12 * * *' });
    await engine.jobs.update(id, { schedule: '0 10 * * *' });

    const { before, after } = await engine.revisions.tryRestore(id, 1);

    expect(before[0]).toEqual(new Date('2026-11-24T10:00:00Z'));
    expect(after[0]).toEqual(new Date('2026-11-24T12:00:00Z'));
    expect((await engine.jobs.get(id)).revision).toBe(2);
  });
});
