import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { JobsService } from '../../src/jobs/jobs.service.ts';
import { runStarted } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { insertJob, insertJobs } from '../support/jobs.ts';
import { ledger } from '../support/ledger.ts';
import '../support/quiet.ts';
import { ScriptedJob } from '../support/scripted-job.ts';
import { openService } from '../support/service.ts';
import { replies, Target } from '../support/target.ts';

const NINE = '2026-11-24T09:00:00Z';
const ONCE = { type: 'scripted', schedule: '0 9 24 11 *', nextRun: NINE };
const RETRY = { maxAttempts: 3, initialDelayMs: 1_000, jitter: 0, maxDelayMs: 60_000 };

describe('ends of attempts', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let handler: ScriptedJob;
  let engine: Engine;

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock(NINE);
    handler = new ScriptedJob();
    engine = openEngine(database, { clock, handlers: [handler] });
  });
  afterEach(() => database.drop());

  it('are all in the ledger when many come at once', async () => {
    await insertJobs(database, 500, ONCE);
    handler.does(({ jobId }) => ({ kind: 'succeeded', result: jobId }));

    await engine.runDue();

    expect(
      await database.query(
        `SELECT count(*)::integer FROM runs
          WHERE status = 'succeeded' AND result = to_jsonb(job_id) AND finished_at = $1`,
        [NINE],
      ),
    ).toEqual([{ count: 500 }]);
  });

  it('lead to the next attempt after a growing delay, up to the last one', async () => {
    handler.does(({ attempt }) => ({ kind: 'retry', error: `failed ${attempt}` }));
    await insertJob(database, { ...ONCE, retry: RETRY });
    await engine.runDue();
    expect(await ledger(database)).toMatchObject([
      { status: 'queued', wakeAt: new Date('2026-11-24T09:00:01Z'), error: 'failed 1' },
    ]);

    clock.advance(999);
    await runStarted(engine);
    expect(handler.attempts).toHaveLength(1);
    clock.advance(1);
    await runStarted(engine);
    expect(await ledger(database)).toMatchObject([
      { status: 'queued', wakeAt: new Date('2026-11-24T09:00:03Z') },
    ]);
    clock.advance(2_000);
    await runStarted(engine);

    expect(await ledger(database)).toMatchObject([
      {
        status: 'failed',
        attempt: 3,
        error: 'failed 3',
        startedAt: clock.now(),
        attempts: [
          {
            attempt: 1,
            outcome: 'retry',
            error: 'failed 1',
            finishedAt: '2026-11-24T09:00:00.000Z',
          },
          {
            attempt: 2,
            outcome: 'retry',
            error: 'failed 2',
            startedAt: '2026-11-24T09:00:01.000Z',
          },
        ],
      },
    ]);
  });

  it('forget the error of an attempt once the next one has succeeded', async () => {
    handler.does(({ attempt }) =>
      attempt === 1 ? { kind: 'retry', error: 'once' } : { kind: 'succeeded' },
    );
    await insertJob(database, { ...ONCE, retry: RETRY });
    await engine.runDue();
    clock.advance(1_000);

    await runStarted(engine);

    expect(await ledger(database)).toMatchObject([
      { status: 'succeeded', attempt: 2, error: null, attempts: [{ error: 'once' }] },
    ]);
  });

  it.each([
    ['is longer than the backoff', 30_000, '2026-11-24T09:00:30Z'],
    ['is shorter than the backoff', 10, '2026-11-24T09:00:01Z'],
    ['is longer than the job allows', 3_600_000, '2026-11-24T09:01:00Z'],
    ['lies in the past', -60_000, '2026-11-24T09:00:01Z'],
    ['is endless', Number.POSITIVE_INFINITY, '2026-11-24T09:01:00Z'],
  ])('wait for what the target asks for when that %s', async (_, afterMs, wakeAt) => {
    handler.does(() => ({ kind: 'retry', error: 'busy', afterMs }));
    await insertJob(database, { ...ONCE, retry: RETRY });

    await engine.runDue();

    expect(await ledger(database)).toMatchObject([{ status: 'queued', wakeAt: new Date(wakeAt) }]);
  });

  it('do not move the schedule', async () => {
    handler.does(() => ({ kind: 'retry', error: 'busy' }));
    const id = await insertJob(database, { ...ONCE, schedule: '* * * * *', retry: RETRY });

    await engine.runDue();

    expect(await engine.jobs.get(id)).toMatchObject({ nextRun: new Date('2026-11-24T09:01:00Z') });
  });

  it('wake the workers for the next attempt, which starts on time', async () => {
    const target = await Target.open();
    target.answers(replies.status(503));
    const service = await openService(database, { POLL_MS: 60_000 });
    const jobs = service.app.get(JobsService);
    const { id } = await jobs.create({
      name: 'flaky',
      schedule: '0 0 1 1 *',
      type: 'http',
      payload: { url: target.url },
      retry: { ...RETRY, maxAttempts: 2, initialDelayMs: 200 },
    });

    await jobs.trigger(id, undefined);
    const run = await eventually(async () => {
      const [entry] = await ledger(database, id);
      return entry?.status === 'failed' ? entry : undefined;
    });

    const [first] = run?.attempts ?? [];
    const waitedMs = Number(run?.startedAt) - Date.parse(first?.finishedAt ?? '');
    expect(waitedMs).toBeGreaterThanOrEqual(200);
    expect(waitedMs).toBeLessThan(30_000);
    await service.close();
    await target.close();
  });
});
