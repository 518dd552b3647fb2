import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';
import { insertJobs } from '../support/jobs.ts';
import { ledger } from '../support/ledger.ts';
import { lateness, type Period, tally } from '../support/occurrences.ts';
import { replies, Target } from '../support/target.ts';

const JOBS = 1_000;
/** The longer, the more it says; 60 is what the documents tell about. */
const SECONDS = Number(process.env.CLUSTER_SECONDS ?? 15);
const LEASE_MS = 5_000;
/** Grace time and all, on a machine that is busy. */
const STOPPED_MS = 10_000;
const SETTINGS = { LEASE_MS: String(LEASE_MS), SHUTDOWN_GRACE_MS: '2000' };
const LIMIT_MS = SECONDS * 1_000 + 120_000;

describe('three instances on one database', () => {
  let database: TestDatabase;
  let instances: Instance[];

  beforeEach(async () => {
    database = await createDatabase();
    instances = await Promise.all(
      Array.from({ length: 3 }, () => Instance.start(database.url, SETTINGS)),
    );
  });
  afterEach(async () => {
    await Promise.all(instances.map((instance) => instance.end('SIGTERM')));
    await database.drop();
  });

  it(
    'give every occurrence exactly one run, all of them succeed, and none is early',
    async () => {
      const period = await startJobs();

      await untilDone(period);

      expect(await tally(database, period)).toEqual({
        rows: JOBS * SECONDS,
        succeeded: JOBS * SECONDS,
        inRanges: 0,
        doubled: 0,
        missing: 0,
        coveredTwice: 0,
        phantoms: 0,
        open: 0,
        early: 0,
        slowestMs: expect.any(Number),
      });
      expect(await workers()).toHaveLength(3);
      expect(instances.flatMap(({ errors }) => errors)).toEqual([]);
      await report('three instances', period);
    },
    LIMIT_MS,
  );

  it(
    'lose nothing when one of them is killed: its runs go on elsewhere',
    async () => {
      const target = await Target.open();
      target.answers(replies.never());
      const stuck = await createStuckJobs(target, 12);
      const period = await startJobs();
      await reached(period, Math.floor(SECONDS / 2));
      await trigger(stuck);
      await eventually(() => target.requests.length === stuck.length);
      const victim = (await eventually(() => holderOf(stuck))) as Instance;
      const held = await heldBy(victim);

      target.answers(replies.status(200));
      await victim.end('SIGKILL');

      await untilDone(period);
      expect(await tally(database, period)).toMatchObject({
        doubled: 0,
        missing: 0,
        coveredTwice: 0,
        phantoms: 0,
        open: 0,
        early: 0,
      });
      expect((await tally(database, period)).slowestMs).toBeLessThan(LEASE_MS + 10_000);

      // Proof that the kill has hit something: what the victim held was taken over.
      const rescued = await eventually(async () => {
        const runs = (await ledger(database)).filter(({ jobId }) => held.includes(jobId));
        return runs.every(({ status }) => status === 'succeeded') ? runs : undefined;
      });
      expect(rescued?.length).toBeGreaterThan(0);
      for (const run of rescued ?? []) {
        expect(run).toMatchObject({ attempt: 2, attempts: [{ attempt: 1, outcome: 'lost' }] });
      }
      await report('one of three killed', period);
      await target.close();
    },
    LIMIT_MS,
  );

  it(
    'lose nothing and repeat nothing when they are stopped one after the other',
    async () => {
      const period = await startJobs();

      const exits = [];
      for (const [index, instance] of [...instances.entries()]) {
        await reached(period, 2 + 3 * index);
        exits.push(await instance.end('SIGTERM', 'SIGTERM'));
        instances[index] = await Instance.start(database.url, SETTINGS);
      }
      await untilDone(period);

      expect(exits.map(({ code, signal }) => ({ code, signal }))).toEqual(
        Array(3).fill({ code: 0, signal: null }),
      );
      expect(Math.max(...exits.map(({ ms }) => ms))).toBeLessThan(STOPPED_MS);
      expect(await tally(database, period)).toMatchObject({
        rows: JOBS * SECONDS,
        doubled: 0,
        missing: 0,
        open: 0,
      });
      expect(await database.query('SELECT FROM runs WHERE attempt > 1')).toEqual([]);
    },
    LIMIT_MS,
  );

  it('hand back at once what does not end within the grace time', async () => {
    const target = await Target.open();
    target.answers(replies.never());
    const stuck = await createStuckJobs(target, 1);
    await trigger(stuck);
    await eventually(() => target.requests.length === stuck.length);
    const holder = (await eventually(() => holderOf(stuck))) as Instance;
    target.answers(replies.status(200));

    const { code, ms } = await holder.end('SIGTERM');

    expect(code).toBe(0);
    expect(ms).toBeGreaterThanOrEqual(2_000);
    expect(ms).toBeLessThan(STOPPED_MS);
    const [run] = await eventually(
      async () => {
        const runs = await ledger(database);
        return runs[0]?.status === 'succeeded' ? runs : undefined;
      },
      { timeoutMs: LEASE_MS - 1_000 },
    ).then((runs) => runs ?? []);
    expect(run).toMatchObject({ attempt: 2, attempts: [{ outcome: 'handed-back' }] });
    await target.close();
  });

  /** Has the jobs due every second from a few seconds on, for `SECONDS` seconds. */
  async function startJobs(): Promise<Period> {
    const [row] = await database.query<{ from: Date; last: Date }>(
      `SELECT date_trunc('second', clock_timestamp()) + interval '3 seconds' AS from,
              date_trunc('second', clock_timestamp()) + $1::integer * interval '1 second' AS last`,
      [SECONDS + 2],
    );
    const { from, last } = row as { from: Date; last: Date };
    await insertJobs(database, JOBS, {
      schedule: '* * * * * *',
      nextRun: from.toISOString(),
      endAt: last.toISOString(),
    });
    await database.query(`SELECT pg_notify('scheduler_jobs', '')`);
    return { from, seconds: SECONDS };
  }

  /** Resolves when something that was due in this second has succeeded. */
  async function reached({ from }: Period, second: number): Promise<void> {
    const instant = new Date(from.getTime() + second * 1_000);
    await eventually(
      async () => {
        const rows = await database.query(
          `SELECT FROM runs WHERE scheduled_for = $1 AND status = 'succeeded' LIMIT 1`,
          [instant],
        );
        return rows.length > 0;
      },
      { timeoutMs: LIMIT_MS },
    );
  }

  /** Resolves when the last occurrence of every job has its verdict. */
  async function untilDone(period: Period): Promise<void> {
    await reached(period, SECONDS - 1);
    const count = async (query: string) => (await database.query(query)).length;
    const timeoutMs = LEASE_MS + 15_000;
    await eventually(
      async () =>
        (await count(`SELECT FROM jobs WHERE type = 'log' AND is_active LIMIT 1`)) === 0 &&
        (await count(
          `SELECT FROM runs JOIN jobs ON jobs.id = job_id
            WHERE type = 'log' AND wake_at IS NOT NULL LIMIT 1`,
        )) === 0,
      { timeoutMs },
    );
  }

  /** Jobs whose runs go on until the target answers. */
  async function createStuckJobs(target: Target, count: number): Promise<number[]> {
    return insertJobs(database, count, {
      type: 'http',
      payload: { url: target.url },
      schedule: '0 0 1 1 *',
      nextRun: '2100-01-01T00:00:00Z',
      timeoutMs: 60_000,
    });
  }

  async function trigger(ids: number[]): Promise<void> {
    for (const [index, id] of ids.entries()) {
      const { url } = instances[index % instances.length] as Instance;
      const response = await fetch(`${url}/jobs/${id}/trigger`, { method: 'POST' });
      expect(response.status).toBe(202);
    }
  }

  /** The instance that has a run of these jobs under way, once all of them are. */
  async function holderOf(ids: number[]): Promise<Instance | undefined> {
    const runs = (await ledger(database)).filter(
      ({ jobId, status }) => ids.includes(jobId) && status === 'running',
    );
    if (runs.length < ids.length) return undefined;
    return instances.find(({ pid }) => runs.some(({ worker }) => worker?.includes(`-${pid}-`)));
  }

  async function heldBy({ pid }: Instance): Promise<number[]> {
    const rows = await database.query<{ id: number }>(
      `SELECT job_id AS id FROM runs JOIN jobs ON jobs.id = job_id
        WHERE status = 'running' AND type = 'http' AND worker LIKE $1`,
      [`%-${pid}-%`],
    );
    return rows.map(({ id }) => id);
  }

  async function workers(): Promise<unknown[]> {
    return database.query('SELECT DISTINCT worker FROM runs');
  }

  /** One line with what was measured, for whoever wants to know. */
  async function report(name: string, period: Period): Promise<void> {
    const figures = { name, ...(await tally(database, period)), ...(await lateness(database)) };
    process.stderr.write(`${JSON.stringify(figures)}\n`);
  }
});
