import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../src/common/clock.ts';
import type { CreateJobDto } from '../../src/jobs/dto/create-job.dto.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { HeldBackRepository } from '../../src/runs/held-back.repository.ts';
import { abandonAttempts } from '../support/attempts.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { type Engine, openEngine } from '../support/engine.ts';
import { verdicts } from '../support/ledger.ts';
import '../support/quiet.ts';
import { Gate, ScriptedJob } from '../support/scripted-job.ts';

const MINUTELY = { name: 'a', type: 'scripted', schedule: '* * * * *' };

describe('runs that wait for others of their job', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let engine: Engine;
  let gates: Gate[];

  beforeEach(async () => {
    database = await createDatabase();
    clock = new FakeClock('2026-11-24T08:59:30Z');
    gates = [];
    const handler = new ScriptedJob(({ signal }) => {
      const gate = new Gate();
      signal.addEventListener('abort', () => gate.open());
      gates.push(gate);
      return gate.passed;
    });
    engine = openEngine(database, { clock, handlers: [handler], config: { LEASE_MS: 600_000 } });
  });
  afterEach(async () => {
    gates.forEach((gate) => gate.open());
    await abandonAttempts(engine);
    await database.drop();
  });

  async function create(fields: Partial<CreateJobDto>): Promise<void> {
    await engine.jobs.create({ ...MINUTELY, ...fields });
  }

  /** At that time of the day: plans and starts whatever is due. */
  async function at(time: string): Promise<void> {
    clock.set(`2026-11-24T${time}Z`);
    while ((await engine.planner.tick()) > 0);
    await engine.worker.tick();
  }

  /** All attempts under way end in the same moment. */
  async function allEnd(outcome?: unknown): Promise<void> {
    gates.forEach((gate) => gate.open(outcome));
    await engine.inFlight.settle(10_000);
  }

  async function countOf(status: string): Promise<number> {
    const rows = await database.query('SELECT FROM runs WHERE status::text = $1', [status]);
    return rows.length;
  }

  it('keep nobody from starting those that were claimed beside them', async () => {
    await create({ overlap: 'allow', schedule: '*/10 * * * * *', missed: { policy: 'all' } });
    const broken = jest
      .spyOn(HeldBackRepository.prototype, 'releaseIdle')
      .mockRejectedValueOnce(new Error('the connection broke'));

    await at('09:05:00');

    expect(broken).toHaveBeenCalled();
    expect(gates).toHaveLength(5);
    broken.mockRestore();
  });

  it('wait for the oldest, also when another worker has that one in hand just then', async () => {
    await create({ missed: { policy: 'all' } });
    clock.set('2026-11-24T09:02:30Z');
    await engine.planner.tick();

    await inTransaction(database.pool, async (rival) => {
      await rival.query(`SELECT FROM runs WHERE scheduled_for = '2026-11-24T09:00:00Z' FOR UPDATE`);
      await engine.worker.tick();
    });
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual([
      '09:00:00 running',
      '09:01:00 queued (waiting)',
      '09:02:00 queued (waiting)',
    ]);
  });

  it('keep nobody from the last start that a job may have', async () => {
    await create({ missed: { policy: 'all' }, maxRuns: 1 });
    const broken = jest
      .spyOn(HeldBackRepository.prototype, 'releaseAll')
      .mockRejectedValueOnce(new Error('the connection broke'));

    await at('09:05:00');

    expect(broken).toHaveBeenCalled();
    expect(gates).toHaveLength(1);
    broken.mockRestore();
  });

  it('are looked after only when the others have begun: an edit could come in between', async () => {
    await create({ overlap: 'allow', schedule: '*/10 * * * * *', missed: { policy: 'all' } });
    let begun = 0;
    const look = jest.spyOn(HeldBackRepository.prototype, 'releaseIdle').mockImplementation(() => {
      begun = gates.length;
      return Promise.resolve();
    });

    await at('09:05:00');

    expect(look).toHaveBeenCalled();
    expect(begun).toBe(5);
    look.mockRestore();
  });

  it('go on as many at a time as others have ended together', async () => {
    await create({ overlap: 'allow', missed: { policy: 'all' } });
    await at('09:14:30');
    expect([await countOf('running'), await countOf('queued')]).toEqual([5, 10]);

    await allEnd();
    await engine.worker.tick();

    expect([await countOf('running'), await countOf('queued')]).toEqual([5, 5]);
  });

  it('get their verdict at once when the job has had its last start', async () => {
    await create({ overlap: 'skip', missed: { policy: 'all' }, maxRuns: 2 });
    await at('09:05:30');
    await allEnd();

    await engine.worker.tick();
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual([
      '09:00:00 succeeded',
      '09:01:00 running',
      '09:02:00 skipped (expired)',
      '09:03:00 skipped (expired)',
      '09:04:00 skipped (expired)',
      '09:05:00 skipped (expired)',
    ]);
  });

  it('go before what is due in the very moment of their release', async () => {
    await create({ overlap: 'queue' });
    await at('09:00:00');
    await at('09:01:00');
    clock.set('2026-11-24T09:02:00Z');
    while ((await engine.planner.tick()) > 0);
    await allEnd();

    await engine.worker.tick();
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual([
      '09:00:00 succeeded',
      '09:01:00 running',
      '09:02:00 queued (waiting)',
    ]);
  });

  it('are not many: replace ends also what is due for its next attempt in the same moment', async () => {
    await create({
      overlap: 'replace',
      retry: { maxAttempts: 2, initialDelayMs: 61_000, jitter: 0 },
    });
    await at('09:00:00');
    await allEnd({ kind: 'retry', error: 'not yet' });

    await at('09:01:02');
    await engine.worker.tick();

    expect(await verdicts(database)).toEqual(['09:00:00 cancelled (replaced)', '09:01:00 running']);
    expect(engine.inFlight.size).toBe(1);
  });
});
