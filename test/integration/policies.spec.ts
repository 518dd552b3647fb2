import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { ledger, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const MINUTELY = { name: 'a', type: 'scripted', schedule: '* * * * *' };

describe('the policies of a job', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;
  let gates: Gate[];

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T08:59:30Z');
    gates = [];
    handler = new ScriptedJob(({ signal }) => {
      const gate = new Gate();
      signal.addEventListener('abort', () => gate.open());
      gates.push(gate);
      return gate.passed;
    });
    engine = openEngine(database, {
      clock,
      handlers: [handler],
      config: { LEASE_MS: 300_000 },
    });
  });
  afterEach(async () => {
    gates.forEach((gate) => gate.open());
    await abandonAttempts(engine);
    await database.drop();
  });

  async function create(fields: Partial<CreateJobDto>): Promise<number> {
    return (await engine.jobs.create({ ...MINUTELY, ...fields })).id;
  }

  /** At that time of the day: plans and starts whatever is due. */
  async function at(time: string): Promise<void> {
    clock.set(`2026-11-24T${time}Z`);
    while ((await engine.planner.tick()) > 0);
    await engine.worker.tick();
  }

  /** The n-th attempt ends well, and what waits for it is released. */
  async function ends(index: number): Promise<void> {
    const before = engine.inFlight.size;
    gates[index]?.open();
    while (engine.inFlight.size === before) await new Promise(setImmediate);
  }

  describe('overlap', () => {
    it('allow runs them side by side', async () => {
      await create({ overlap: 'allow' });

      await at('09:00:00');
      await at('09:01:00');

      expect(await verdicts(database)).toEqual(['09:00:00 running', '09:01:00 running']);
    });

    it('queue lets one wait, skips the next, and starts the waiting one as soon as it can', async () => {
      await create({ overlap: 'queue' });
      await at('09:00:00');
      await at('09:01:00');
      await at('09:02:00');
      expect(await verdicts(database)).toEqual([
        '09:00:00 running',
        '09:01:00 queued (waiting)',
        '09:02:00 skipped (overlap)',
      ]);

      clock.set('2026-11-24T09:02:30Z');
      await ends(0);
      await engine.worker.tick();

      const [, waited] = await ledger(database);
      expect(waited).toMatchObject({
        status: 'running',
        reason: null,
        startedAt: new Date('2026-11-24T09:02:30Z'),
      });
    });

    it('queue starts the waiting one also when the worker of the other is lost', async () => {
      await create({ overlap: 'queue', retry: { onLost: 'fail' } });
      await at('09:00:00');
      await at('09:01:00');

      clock.set('2026-11-24T09:05:00Z');
      await engine.rescuer.tick();
      await engine.worker.tick();

      expect(await verdicts(database)).toEqual(['09:00:00 lost', '09:01:00 running']);
    });

    it('replace cancels the old one and starts the new one', async () => {
      await create({ overlap: 'replace' });
      await at('09:00:00');
      await at('09:01:00');

      expect(await verdicts(database)).toEqual([
        '09:00:00 cancelled (replaced)',
        '09:01:00 running',
      ]);
      // The end of the replaced one comes too late to matter.
      await ends(0);
      expect((await verdicts(database))[0]).toBe('09:00:00 cancelled (replaced)');
    });

    it('replace also takes the place of a run between two attempts', async () => {
      await create({
        overlap: 'replace',
        retry: { maxAttempts: 2, initialDelayMs: 300_000, jitter: 0 },
      });
      await at('09:00:00');
      gates[0]?.open({ kind: 'retry', error: 'not yet' });
      await engine.inFlight.settle(5_000);

      await at('09:01:00');

      expect(await verdicts(database)).toEqual([
        '09:00:00 cancelled (replaced)',
        '09:01:00 running',
      ]);
    });
  });

  describe('missed', () => {
    it('all runs what was missed one after the other, while it is drained', async () => {
      await create({ overlap: 'queue', missed: { policy: 'all', maxCount: 3 } });

      await at('09:05:30');
      expect(await verdicts(database)).toEqual([
        '09:02:00 skipped (missed)',
        '09:03:00 running',
        '09:04:00 queued (waiting)',
        '09:05:00 queued (waiting)',
      ]);
      const [range] = await ledger(database);
      expect(range).toMatchObject({ rangeFrom: new Date('2026-11-24T09:00:00Z'), rangeCount: 3 });

      for (const index of [0, 1, 2]) {
        await ends(index);
        await engine.worker.tick();
      }
      expect((await verdicts(database)).slice(1)).toEqual([
        '09:03:00 succeeded',
        '09:04:00 succeeded',
        '09:05:00 succeeded',
      ]);
      expect(handler.attempts.map(({ trigger }) => trigger)).toEqual(Array(3).fill('missed'));
    });

    it('all with allow drains a few at a time, however many were missed', async () => {
      await create({ overlap: 'allow', schedule: '*/10 * * * * *', missed: { policy: 'all' } });

      await at('09:05:00');

      const counts = await database.query(
        `SELECT status, count(*)::integer FROM runs
          WHERE trigger = 'missed' GROUP BY 1 ORDER BY 1`,
      );
      expect(counts).toEqual([
        { status: 'queued', count: 28 },
        { status: 'running', count: 5 },
      ]);
    });

    it('skip runs nothing of it', async () => {
      await create({ missed: { policy: 'skip' } });

      await at('09:05:30');

      expect(await verdicts(database)).toEqual(['09:05:00 skipped (missed)']);
    });
  });

  it('the higher priority goes first, and ordinary ones before low ones', async () => {
    const wanted = [0, -5, 7, 0, 100, -100];
    for (const priority of wanted) await create({ name: `p${priority}`, priority });
    const narrow = openEngine(database, {
      clock,
      handlers: [handler],
      config: { WORKER_CONCURRENCY: 1 },
    });
    clock.set(NINE);
    await narrow.planner.tick();

    for (let index = 0; index < wanted.length; index += 1) {
      await narrow.worker.tick();
      gates[index]?.open();
      await narrow.inFlight.settle(5_000);
    }

    expect(handler.attempts.map(({ jobName }) => jobName)).toEqual([
      'p100',
      'p7',
      'p0',
      'p0',
      'p-5',
      'p-100',
    ]);
  });

  it('maxRuns completes the job with its last start, and nothing of it is left', async () => {
    handler.does(() => ({ kind: 'succeeded' }));
    const id = await create({ schedule: '* * * * * *', maxRuns: 2 });
    clock.set(NINE);

    for (let second = 0; second < 4; second += 1) {
      await engine.runDue();
      clock.advance(1_000);
    }

    const job = await engine.jobs.get(id);
    expect(job).toMatchObject({ isActive: false, nextRun: null, runCount: 2, pausedAt: null });
    const rows = await verdicts(database);
    expect(rows.filter((row) => row.includes('succeeded'))).toHaveLength(2);
    expect(rows.filter((row) => !row.includes('succeeded') && !row.includes('missed'))).toEqual([]);
    const revisions = await database.query(
      `SELECT action, actor FROM job_revisions WHERE job_id = $1 ORDER BY revision`,
      [id],
    );
    expect(revisions).toEqual([
      { action: 'created', actor: 'api' },
      { action: 'completed', actor: 'scheduler' },
    ]);
  });

  it('a start by hand does not count against maxRuns', async () => {
    handler.does(() => ({ kind: 'succeeded' }));
    const id = await create({ maxRuns: 1 });

    await engine.jobs.trigger(id, undefined);
    await engine.runDue();

    expect(await engine.jobs.get(id)).toMatchObject({ isActive: true, runCount: 0 });
  });

  it('spreadSeconds moves every start by the same time, and the row names both instants', async () => {
    const id = await create({ spreadSeconds: 30, key: 'steady' });
    const { nextRun } = await engine.jobs.get(id);
    const offsetMs = Number(nextRun) - Date.parse(NINE);
    expect(offsetMs).toBeGreaterThan(0);
    expect(offsetMs).toBeLessThan(30_000);

    clock.set(new Date(Date.parse(NINE) + offsetMs).toISOString());
    while ((await engine.planner.tick()) > 0);
    await engine.worker.tick();

    const rows = await database.query(
      `SELECT scheduled_for AS "scheduledFor", nominal_for AS "nominalFor", status FROM runs`,
    );
    expect(rows).toEqual([
      { scheduledFor: nextRun, nominalFor: new Date(NINE), status: 'running' },
    ]);
  });

  it('what a calendar excludes gets a skipped row of its own at its time', async () => {
    await database.query(
      `INSERT INTO calendars (name, mode, dates) VALUES ('holidays', 'exclude', '["2026-11-24"]')`,
    );
    const id = await create({ calendar: 'holidays' });
    expect(await engine.jobs.get(id)).toMatchObject({ calendar: 'holidays' });

    await at('08:59:59');
    expect(await verdicts(database)).toEqual(['09:00:00 planned (calendar)']);
    await at('09:00:00');

    expect(await verdicts(database)).toEqual(['09:00:00 skipped (calendar)']);
  });

  it('once runs the latest missed instant that the calendar allows', async () => {
    await database.query(
      `INSERT INTO calendars (name, mode, dates) VALUES ('holidays', 'exclude', '["2026-11-25"]')`,
    );
    await create({
      schedule: '0 */6 * * *',
      calendar: 'holidays',
      missed: { maxAgeSeconds: 400_000 },
    });

    clock.set('2026-11-25T13:00:00Z');
    while ((await engine.planner.tick()) > 0);
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual([
      '12:00:00 skipped (missed)',
      '18:00:00 running',
      '00:00:00 skipped (calendar)',
      '06:00:00 skipped (calendar)',
      '12:00:00 skipped (calendar)',
    ]);
  });
});
