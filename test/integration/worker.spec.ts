import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import { INSTANCE } from '../../src/common/instance.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { insertJob, insertJobs, type JobRows } from '../support/jobs.ts';
import { ledger, type LedgerEntry, verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, type Script, ScriptedJob } from '../support/scripted-job.ts';

const NINE = '2026-11-24T09:00:00Z';
const ONCE = { type: 'scripted', schedule: '0 9 24 11 *', nextRun: NINE };

describe('the worker', () => {
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
  afterEach(async () => {
    await abandonAttempts(engine);
    await database.drop();
  });

  it('tells a handler all about its attempt', async () => {
    const id = await insertJob(database, { ...ONCE, timeoutMs: 5_000 });

    await engine.runDue();

    const at = new Date(NINE);
    expect(handler.attempts).toEqual([
      {
        runId: `${id}-${at.getTime()}`,
        jobId: id,
        jobName: 'job 1',
        trigger: 'schedule',
        cause: null,
        scheduledFor: at,
        startedAt: at,
        attempt: 1,
        deadline: new Date('2026-11-24T09:00:05Z'),
        signal: expect.any(AbortSignal),
        log: expect.any(Function),
      },
    ]);
  });

  it('keeps what a handler answers, and who it was', async () => {
    expect(
      await entryOf((context) => {
        context.log('halfway');
        return { kind: 'succeeded', result: { rows: 3 } };
      }),
    ).toMatchObject({
      status: 'succeeded',
      result: { rows: 3 },
      log: ['halfway'],
      error: null,
      attempts: null,
      worker: INSTANCE,
      wakeAt: null,
    });
  });

  it('keeps a failure with its reason and its result', async () => {
    expect(
      await entryOf(() => ({ kind: 'failed', error: 'HTTP 404', result: { status: 404 } })),
    ).toMatchObject({ status: 'failed', error: 'HTTP 404', result: { status: 404 } });
  });

  it('fails a run at the last retry that its policy allows', async () => {
    expect(await entryOf(() => ({ kind: 'retry', error: 'busy' }))).toMatchObject({
      status: 'failed',
      error: 'busy',
      attempt: 1,
    });
  });

  const circular: Record<string, unknown> = { name: 'loop' };
  circular.self = circular;
  const unspeakable = Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('not even that');
    },
  });

  it.each<[string, Script, string]>([
    ['throws an error', thrower(new TypeError('no')), 'TypeError: no'],
    ['throws undefined', thrower(undefined), 'Threw undefined'],
    ['throws a string', thrower('just words'), 'just words'],
    [
      'throws a circular object',
      thrower(circular),
      expect.stringContaining('Circular') as unknown as string,
    ],
    ['throws what has no words', thrower(unspeakable), 'Threw something that has no words'],
    ['rejects', () => Promise.reject(new Error('later')), 'Error: later'],
    ['answers nothing', () => undefined, 'The handler gave no outcome'],
    ['answers garbage', () => ({ kind: 'perhaps' }), 'The handler gave no outcome'],
    ['answers a string', () => 'succeeded', 'The handler gave no outcome'],
    [
      'answers a trap',
      () => ({
        kind: 'succeeded',
        get result() {
          throw new Error('trapped');
        },
      }),
      'Error: trapped',
    ],
    [
      'asks for a retry at no time',
      () => ({ kind: 'retry', error: 'busy', afterMs: Number.NaN }),
      'busy',
    ],
  ])('fails a run whose handler %s', async (_, script, error) => {
    expect(await entryOf(script)).toMatchObject({ status: 'failed', error });
  });

  it('fails a run of a type that is gone', async () => {
    await insertJob(database, { ...ONCE, type: 'retired' });

    await engine.runDue();

    expect(await ledger(database)).toMatchObject([
      { status: 'failed', error: expect.stringContaining('type: must be one of log, scripted') },
    ]);
  });

  it('ends an attempt that never answers at its time limit', async () => {
    const entry = await entryOf(() => new Promise(() => undefined), { timeoutMs: 100 });

    expect(entry).toMatchObject({ status: 'failed', error: 'Timed out after 100 ms' });
    expect(handler.attempts[0]?.signal.aborted).toBe(true);
  });

  it.each<[string, (gate: Gate) => Promise<unknown>]>([
    ['answers', (gate) => gate.passed],
    ['rejects', (gate) => gate.passed.then(() => Promise.reject(new Error('too late')))],
  ])('stays with the time limit when a handler %s after it', async (_, answer) => {
    const gate = new Gate();
    const entry = await entryOf(() => answer(gate), { timeoutMs: 100 });

    gate.open();
    await gate.passed;

    expect(entry).toMatchObject({ status: 'failed', error: 'Timed out after 100 ms' });
    expect(await ledger(database)).toEqual([entry]);
  });

  it('keeps no more of a flood than it has room for', async () => {
    const entry = await entryOf((context) => {
      for (let line = 0; line < 100_000; line += 1) context.log(`line ${line}`);
      return { kind: 'succeeded', result: 'x'.repeat(10_000_000) };
    });

    expect(entry?.log).toHaveLength(101);
    expect(entry?.log?.slice(-2)).toEqual(['line 99', '… more lines were cut']);
    expect(entry).toMatchObject({
      status: 'succeeded',
      result: { note: 'The result has 10000002 characters; at most 65536 are kept' },
    });
  });

  it('replaces what PostgreSQL cannot store', async () => {
    const bad = 'nul \0, half \uD800';
    const good = 'nul \uFFFD, half \uFFFD';

    expect(
      await entryOf((context) => {
        context.log(bad);
        return { kind: 'failed', error: bad, result: { [bad]: bad } };
      }),
    ).toMatchObject({ status: 'failed', error: good, log: [good], result: { [good]: good } });
  });

  it('stores a batch although one of its runs cannot be stored', async () => {
    const [bad] = await insertJobs(database, 50, ONCE);
    // A domain of the database that our own checks know nothing of.
    await database.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF NEW.result ->> 'say' = 'bad' THEN RAISE 'no' USING ERRCODE = '22000'; END IF;
         RETURN NEW;
       END $$`,
    );
    await database.query(
      'CREATE TRIGGER refuse BEFORE UPDATE ON runs FOR EACH ROW EXECUTE FUNCTION refuse()',
    );
    handler.does(({ jobId }) => ({
      kind: 'succeeded',
      result: { say: jobId === bad ? 'bad' : 'good' },
    }));

    await engine.runDue();

    expect(await verdicts(database, bad)).toEqual(['09:00:00 failed']);
    expect(
      await database.query('SELECT status, count(*)::integer FROM runs GROUP BY 1 ORDER BY 1'),
    ).toEqual([
      { status: 'succeeded', count: 49 },
      { status: 'failed', count: 1 },
    ]);
  });

  it('holds a place until the end of the run is stored, and never has more than its places', async () => {
    engine = openEngine(database, {
      clock,
      handlers: [handler],
      config: { WORKER_CONCURRENCY: 7 },
    });
    const gate = new Gate();
    handler.does(() => gate.passed);
    await insertJobs(database, 20, ONCE);
    await engine.planner.tick();

    for (let round = 0; round < 3; round += 1) await engine.worker.tick();
    expect(handler.attempts).toHaveLength(7);
    expect(engine.inFlight.size).toBe(7);

    gate.open();
    await engine.inFlight.settle(10_000);
    await engine.worker.tick();
    expect(handler.attempts).toHaveLength(14);
  });

  /** What the ledger says of one run that was carried out like this. */
  async function entryOf(
    script: Script,
    job: Partial<JobRows> = {},
  ): Promise<LedgerEntry | undefined> {
    handler.does(script);
    await insertJob(database, { ...ONCE, ...job });
    await engine.runDue();
    const [entry] = await ledger(database);
    return entry;
  }
});

function thrower(thrown: unknown): Script {
  return () => {
    throw thrown;
  };
}
