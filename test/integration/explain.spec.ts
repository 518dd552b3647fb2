import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { ExplainRepository } from '../../src/explain/explain.repository.ts';
import { type Explained, ExplainService } from '../../src/explain/explain.service.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { RunsRepository } from '../../src/runs/runs.repository.ts';
import { PrismaService } from '../../src/prisma.service.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';
import { testConfig } from '../support/service.ts';

const on = (time: string, day = '24'): Date => new Date(`2026-11-${day}T${time}Z`);

describe('what is said about an instant', () => {
  let database: TestDatabase;
  let prisma: PrismaService;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;
  let explanations: ExplainService;

  beforeEach(async () => {
    database = await createDatabase();
    prisma = new PrismaService(database.pool);
    clock = new FakeClock('2026-11-24T08:59:30Z');
    handler = new ScriptedJob();
    engine = openEngine(database, {
      clock,
      handlers: [handler],
      config: { LEASE_MS: 300_000 },
    });
    explanations = new ExplainService(
      new ExplainRepository(database.pool),
      new RunsRepository(prisma),
      clock,
      testConfig(),
    );
  });
  afterEach(async () => {
    await abandonAttempts(engine);
    await prisma.$disconnect();
    await database.drop();
  });

  async function create(fields: Partial<CreateJobDto> = {}): Promise<number> {
    const minutely = { name: 'a', type: 'scripted', schedule: '* * * * *' };
    return (await engine.jobs.create({ ...minutely, ...fields })).id;
  }

  async function runAt(time: string): Promise<void> {
    clock.set(on(time).toISOString());
    while ((await engine.planner.tick()) > 0);
    await engine.worker.tick();
    await new Promise(setImmediate);
  }

  async function said(id: number, at: Date): Promise<Pick<Explained, 'code' | 'due' | 'text'>> {
    const { code, due, text } = await explanations.explain(id, at);
    return { code, due, text };
  }

  it('ran, with how late and how long', async () => {
    const id = await create();
    handler.does(() => {
      clock.advance(1_200);
      return { kind: 'succeeded' };
    });
    await runAt('09:00:00');
    await engine.inFlight.settle(5_000);

    expect(await said(id, on('09:00:00'))).toEqual({
      code: 'RAN',
      due: true,
      text: 'It was due at 2026-11-24T09:00:00Z and started on time. It succeeded after 1.2 s.',
    });
    expect(await explanations.explain(id, on('09:00:00'))).toMatchObject({
      revision: 1,
      before: on('08:59:00'),
      after: on('09:01:00'),
      run: { status: 'succeeded' },
      runs: [`${id}-${on('09:00:00').getTime()}`],
    });
  });

  it('ran late, and what was left out of an outage', async () => {
    const id = await create();
    await runAt('09:05:20');
    await engine.inFlight.settle(5_000);

    expect(await said(id, on('09:05:00'))).toEqual({
      code: 'RAN_LATE',
      due: true,
      text: 'It was due at 2026-11-24T09:05:00Z and started 20 s late, to make up for an outage. It succeeded after 0 ms.',
    });
    expect(await said(id, on('09:02:00'))).toEqual({
      code: 'SKIPPED',
      due: true,
      text: 'It was due at 2026-11-24T09:02:00Z and did not run: nobody could run it in time, and by the missed policy (once) it was not made up for. One row covers the 5 instants from 2026-11-24T09:00:00Z to 2026-11-24T09:04:00Z.',
    });
    expect((await said(id, on('09:02:30'))).code).toBe('NOT_DUE');
  });

  it('failed, is under way, or waits', async () => {
    const id = await create({ overlap: 'queue' });
    handler.does(() => ({ kind: 'failed', error: 'no such table' }));
    await runAt('09:00:00');
    await engine.inFlight.settle(5_000);
    handler.does(() => new Promise(() => undefined));
    await runAt('09:01:00');
    await runAt('09:02:00');

    expect(await said(id, on('09:00:00'))).toMatchObject({
      code: 'FAILED',
      text: expect.stringContaining('It failed after 0 ms: no such table.'),
    });
    expect(await said(id, on('09:01:00'))).toMatchObject({
      code: 'RUNNING',
      text: expect.stringContaining('Attempt 1 is under way.'),
    });
    expect(await said(id, on('09:02:00'))).toMatchObject({
      code: 'WAITING',
      text: expect.stringContaining('It waits until another run of the job has ended.'),
    });
  });

  it('was skipped for a run that was still active, by name', async () => {
    const id = await create();
    handler.does(() => new Promise(() => undefined));
    await runAt('09:00:00');
    await runAt('09:01:00');

    expect(await said(id, on('09:01:00'))).toEqual({
      code: 'SKIPPED',
      due: true,
      text: `It was due at 2026-11-24T09:01:00Z and did not run: a run before it, ${id}-${on('09:00:00').getTime()}, was still active, and the overlap policy is skip.`,
    });
  });

  it('was lost with its worker', async () => {
    const id = await create({ retry: { onLost: 'fail' } });
    handler.does(() => new Promise(() => undefined));
    await runAt('09:00:00');
    clock.set('2026-11-24T09:10:00Z');
    await engine.rescuer.tick();

    expect(await said(id, on('09:00:00'))).toMatchObject({
      code: 'LOST',
      text: expect.stringContaining('Its worker was lost'),
    });
  });

  it('was paused then, since when and why, and the pause is one row', async () => {
    const id = await create();
    await engine.jobs.update(id, { isActive: false });
    clock.set('2026-11-24T09:30:00Z');

    expect(await said(id, on('09:10:00'))).toEqual({
      code: 'PAUSED',
      due: true,
      text: 'It does not run: the job was paused since 2026-11-24T08:59:30Z.',
    });
    await engine.jobs.update(id, { isActive: true });
    expect(await said(id, on('09:10:00'))).toEqual({
      code: 'PAUSED',
      due: true,
      text: 'It was due at 2026-11-24T09:10:00Z and did not run: the job was paused since 2026-11-24T08:59:30Z. One row covers the 31 instants from 2026-11-24T09:00:00Z to 2026-11-24T09:30:00Z.',
    });
  });

  it('lies ahead once a pause is over that ends by itself', async () => {
    const id = await create();
    await engine.pauses.pause(id, { until: '2026-11-24T10:00:00Z' });

    expect((await said(id, on('10:00:00'))).code).toBe('PAUSED');
    expect((await said(id, on('10:01:00'))).code).toBe('AHEAD');
  });

  it('is excluded by a calendar, before and after its time', async () => {
    await database.query(
      `INSERT INTO calendars (name, mode, dates) VALUES ('holidays', 'exclude', '["2026-11-24"]')`,
    );
    const id = await create({ calendar: 'holidays' });
    expect(await said(id, on('09:00:00'))).toEqual({
      code: 'AHEAD',
      due: true,
      text: 'It is still ahead, and will not run: the calendar holidays does not allow this day.',
    });
    await runAt('09:00:00');

    expect(await said(id, on('09:00:00'))).toEqual({
      code: 'SKIPPED',
      due: true,
      text: 'It was due at 2026-11-24T09:00:00Z and did not run: the calendar holidays does not allow this day.',
    });
  });

  it('was left out by an exception, in its owner’s words', async () => {
    const id = await create();
    await database.query(`UPDATE jobs SET exceptions = $1`, [
      JSON.stringify([
        {
          id: 1,
          action: 'move',
          at: '2026-11-24T09:00:00.000Z',
          to: '2026-11-24T09:00:30.000Z',
          reason: 'deployment',
        },
      ]),
    ]);
    await database.query(
      `UPDATE job_revisions SET definition = jsonb_set(definition, '{exceptions}', (SELECT exceptions FROM jobs))`,
    );
    await runAt('09:00:30');
    await engine.inFlight.settle(5_000);

    expect(await said(id, on('09:00:00'))).toEqual({
      code: 'SKIPPED',
      due: true,
      text: 'It was due at 2026-11-24T09:00:00Z and did not run: somebody moved it to 2026-11-24T09:00:30.000Z (deployment).',
    });
    expect((await said(id, on('09:00:30'))).code).toBe('RAN');
  });

  it('came after the last run that the job may have', async () => {
    const id = await create({ maxRuns: 1 });
    await runAt('09:00:00');
    await engine.inFlight.settle(5_000);
    clock.set('2026-11-24T09:05:00Z');

    expect(await said(id, on('09:02:00'))).toMatchObject({ code: 'COMPLETED', due: false });
  });

  it('was not due then, with the nearest occurrences, by the schedule of that time', async () => {
    const id = await create({ schedule: '0 9 * * *' });
    clock.set('2026-11-24T12:00:00Z');
    while ((await engine.planner.tick()) > 0);
    await engine.jobs.update(id, { schedule: '0 15 * * *' });
    clock.set('2026-11-25T12:00:00Z');

    expect(await said(id, on('11:00:00'))).toEqual({
      code: 'NOT_DUE',
      due: false,
      text: 'The job is not due at this instant. Its schedule of that time: At 09:00 (UTC); the occurrence before it was at 2026-11-24T09:00:00Z, the next one at 2026-11-25T09:00:00Z.',
    });
    expect(await explanations.explain(id, on('14:00:00'))).toMatchObject({
      revision: 2,
      after: on('15:00:00'),
    });
  });

  it('lies ahead, before the job, after its deletion, or beyond what is kept', async () => {
    const id = await create();
    expect(await said(id, on('10:00:00'))).toMatchObject({ code: 'AHEAD', due: true });
    expect(await said(id, on('08:00:00'))).toEqual({
      code: 'BEFORE_CREATION',
      due: false,
      text: 'The job was created at 2026-11-24T08:59:30Z, later than this.',
    });
    clock.set('2026-11-24T09:10:10Z');
    await engine.jobs.delete(id);
    expect(await said(id, on('09:11:00'))).toEqual({
      code: 'AFTER_DELETION',
      due: false,
      text: 'The job was deleted at 2026-11-24T09:10:10Z, before this.',
    });

    clock.set('2027-11-24T09:00:00Z');
    await database.query('DELETE FROM runs');
    expect(await said(id, on('09:05:00'))).toEqual({
      code: 'PAST_RETENTION',
      due: true,
      text: 'The history of this instant is no longer kept; it goes back to 2027-08-26T09:00:00Z. By its schedule of that time the job was due.',
    });
  });

  it('is not settled yet while the scheduler is behind', async () => {
    const id = await create();
    clock.set('2026-11-24T09:01:00Z');

    expect((await said(id, on('09:00:00'))).code).toBe('NOT_SETTLED');
  });

  it('takes the instant of the rule for that of the spread', async () => {
    const id = await create({ schedule: '0 9 * * *', spreadSeconds: 3_600, key: 'steady' });
    const { nextRun } = await engine.jobs.get(id);

    const explained = await explanations.explain(id, on('09:00:00'));

    expect(explained).toMatchObject({ code: 'AHEAD', at: nextRun });
  });

  it('of a job that there never was', async () => {
    await expect(explanations.explain(999, on('09:00:00'))).rejects.toThrow(
      'No job has the id 999',
    );
  });
});
