import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { Pulse } from '../../src/worker/stand-in/pulse.ts';
import { StandIn } from '../../src/worker/stand-in/stand-in.ts';
import { renewAll, RENEW_ALL } from '../../src/worker/stand-in/stand-in.repository.ts';
import { standInSession } from '../../src/worker/stand-in/stand-in-session.ts';
import { paceOf } from '../../src/worker/stand-in/watch.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertJob } from '../support/jobs.ts';

const WORKER = 'this-worker';
const LEASE_MS = 60_000;
/** An end of a lease that is as the database has just set it, give or take a slow machine. */
const SLACK_MS = 10_000;
const NEVER = { schedule: '0 0 1 1 *', nextRun: '2100-01-01T00:00:00Z' };

/** A running run, in milliseconds from now on; what is left out is that of an ordinary one. */
interface Run {
  status?: string;
  worker?: string;
  leaseMs?: number;
  runningMs?: number;
  timeoutMs?: number;
}

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

describe('a renewal by the name of the worker', () => {
  let session: pg.Client;

  beforeEach(async () => {
    session = new pg.Client(standInSession(database.url, LEASE_MS));
    await session.connect();
  });
  afterEach(() => session.end());

  it('renews all running runs of the worker, and changes nothing else of them', async () => {
    const ids = [await insertRun({}), await insertRun({ leaseMs: 1_000 })];
    const before = await rows(ids);

    expect(await renew()).toBe(2);

    const leases = before.map(() => ({ wake_at: expect.any(Date) }));
    const unchanged = before.map((row, index) => ({ ...row, ...leases[index] }));
    expect(await rows(ids)).toEqual(unchanged);
    for (const id of ids) await expectLease(id, LEASE_MS);
  });

  it.each<[string, Run]>([
    ['another worker holds', { worker: 'this-worker-2' }],
    ['is lost already', { leaseMs: -1 }],
    ['was given back', { status: 'queued' }],
    ['is planned', { status: 'planned' }],
    ['is past its own time limit', { timeoutMs: 60_000, runningMs: 62_001 }],
  ])('leaves a run alone that %s', async (_which, run) => {
    const id = await insertRun(run);
    const before = await rows([id]);

    expect(await renew()).toBe(0);

    expect(await rows([id])).toEqual(before);
  });

  it('keeps nothing beyond its own time limit, and the moment that its end takes', async () => {
    const id = await insertRun({ leaseMs: 5_000, runningMs: 10_000, timeoutMs: 30_000 });

    expect(await renew()).toBe(1);
    expect(await renew()).toBe(0);

    const [run] = await rows([id]);
    expect(run?.wake_at - run?.started_at).toBe(32_000);
  });

  it('never shortens a lease', async () => {
    const id = await insertRun({ leaseMs: 50_000, runningMs: 0, timeoutMs: 10_000 });
    const before = await rows([id]);

    expect(await renew()).toBe(0);

    expect(await rows([id])).toEqual(before);
  });

  it('passes over a run that somebody is about to end, and does not wait for it', async () => {
    const [ended, kept] = [await insertRun({ leaseMs: 1_000 }), await insertRun({})];
    const other = await database.pool.connect();
    await other.query('BEGIN');
    await other.query(`UPDATE runs SET status = 'succeeded', wake_at = NULL WHERE job_id = $1`, [
      ended,
    ]);

    expect(await renew()).toBe(1);
    await other.query('COMMIT');
    other.release();

    await expectLease(kept, LEASE_MS);
    expect(await rows([ended])).toMatchObject([{ status: 'succeeded', wake_at: null }]);
  });

  it('reads by the index of wake-ups, and by keys', async () => {
    await insertRun({});

    const { rows } = await session.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${RENEW_ALL}`,
      [WORKER, LEASE_MS, 2_000],
    );

    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan|Bitmap|Hash|Sort/);
    expect(plan).toMatch(
      /Index Scan using runs_\w*wake_at_idx[^\n]*\n +Index Cond: \(\(wake_at > statement_timestamp\(\)\) AND \(wake_at <= /,
    );
    expect(plan).toMatch(/Index Scan using jobs_pkey/);
    expect(plan).toMatch(
      /Index Scan using runs_\w+ on runs_default runs_1[^\n]*\n +Index Cond: .*held.scheduled_for.*held.job_id.*held.ordinal/,
    );
  });

  async function renew(): Promise<number> {
    return renewAll(session, { worker: WORKER, leaseMs: LEASE_MS });
  }
});

describe('a stand-in', () => {
  const { silenceMs, renewalMs } = paceOf(LEASE_MS);
  const LOOK_MS = 250;
  let now: number;
  let pulse: Pulse;
  let troubles: unknown[];
  let standIn: StandIn;

  beforeEach(() => {
    now = 0;
    pulse = new Pulse();
    troubles = [];
  });
  afterEach(() => standIn.close());

  it('has a connection, and does nothing with it while there are signs of life', async () => {
    const id = await insertRun({});
    open(database.url);
    const before = await rows([id]);

    await lookUntil(3 * LEASE_MS, () => pulse.beat());

    expect(await sessions()).toEqual([{ state: 'idle', query: '' }]);
    expect(await rows([id])).toEqual(before);
    expect(pulse.takeRenewals()).toEqual({ renewals: 0, kept: 0 });
  });

  it('renews in a silence, as often as it takes, until there are signs of life again', async () => {
    const ids = [await insertRun({}), await insertRun({}), await insertRun({ worker: 'another' })];
    open(database.url);

    await lookUntil(silenceMs - 1);
    expect(pulse.takeRenewals()).toEqual({ renewals: 0, kept: 0 });
    await lookUntil(silenceMs + 2 * renewalMs);
    expect(pulse.takeRenewals()).toEqual({ renewals: 6, kept: 2 });
    await lookUntil(silenceMs + 5 * renewalMs, () => pulse.beat());

    expect(pulse.takeRenewals()).toEqual({ renewals: 0, kept: 0 });
    await expectLease(ids[0] as number, LEASE_MS);
    expect(troubles).toEqual([]);
  });

  it('connects again in need, at once when its connection has broken long ago', async () => {
    await insertRun({});
    open(database.url);
    await lookUntil(0);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query = ''`,
    );
    await eventually(async () => (await sessions()).length === 0);

    await lookUntil(silenceMs);

    expect(pulse.takeRenewals()).toEqual({ renewals: 1, kept: 1 });
    expect(troubles).toEqual([]);
  });

  it('is neither noisy nor pushing while the database is away', async () => {
    let tries = 0;
    const away = createServer((socket) => {
      tries += 1;
      socket.destroy();
    });
    await once(away.listen(0, '127.0.0.1'), 'listening');
    const { port } = away.address() as AddressInfo;
    open(`postgresql://somebody@127.0.0.1:${port}/nothing`);

    await lookUntil(silenceMs - 1);
    expect({ tries, troubles }).toEqual({ tries: 1, troubles: [] });

    // Once a second, and told of once; then calm again.
    await lookUntil(silenceMs + 5_000);
    expect(tries).toBe(1 + 6);
    expect(troubles).toEqual([expect.any(Error)]);
    pulse.beat();
    await lookUntil(silenceMs + 12_000);
    expect(tries).toBe(1 + 6);

    await once(away.close(), 'close');
  });

  function open(url: string): void {
    standIn = new StandIn(
      {
        connection: standInSession(url, LEASE_MS),
        worker: WORKER,
        leaseMs: LEASE_MS,
        memory: pulse.memory,
      },
      (error) => troubles.push(error),
    );
  }

  /** Looks from where it was until an instant, as the thread does all the time. */
  async function lookUntil(untilMs: number, meanwhile: () => void = () => undefined) {
    for (; now <= untilMs; now += LOOK_MS) {
      meanwhile();
      await standIn.look(now);
    }
  }

  /** The sessions that have done nothing else yet, which tells them from those of the test. */
  async function sessions(): Promise<unknown[]> {
    return database.query(
      `SELECT state, query FROM pg_stat_activity
        WHERE datname = current_database() AND query = ''`,
    );
  }
});

/** Writes a run of a job of its own, and answers the id of that job. */
async function insertRun({
  status = 'running',
  worker = WORKER,
  leaseMs = 20_000,
  runningMs = 1_000,
  timeoutMs = 600_000,
}: Run): Promise<number> {
  const id = await insertJob(database, { ...NEVER, timeoutMs });
  await database.query(
    `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, attempt, fence,
                       revision, worker, wake_at, queued_at, started_at)
     SELECT $1, now, 1, $2::run_status, 'schedule', 1, 7, 1, $3,
            now + $4::integer * interval '1 millisecond', now,
            now - $5::integer * interval '1 millisecond'
       FROM (SELECT clock_timestamp() AS now) AS clock`,
    [id, status, worker, leaseMs, runningMs],
  );
  return id;
}

async function rows(jobIds: number[]): Promise<pg.QueryResultRow[]> {
  return database.query('SELECT * FROM runs WHERE job_id = ANY($1) ORDER BY job_id', [jobIds]);
}

/** The lease of a job's run ends in about so many milliseconds. */
async function expectLease(jobId: number, ms: number): Promise<void> {
  const [row] = await database.query<{ ms: number }>(
    `SELECT extract(epoch FROM wake_at - clock_timestamp())::float8 * 1000 AS ms
       FROM runs WHERE job_id = $1`,
    [jobId],
  );
  expect(row?.ms).toBeGreaterThan(ms - SLACK_MS);
  expect(row?.ms).toBeLessThanOrEqual(ms);
}
