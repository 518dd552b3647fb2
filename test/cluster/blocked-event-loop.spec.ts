import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { get, type ServerResponse } from 'node:http';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { Instance } from '../support/instance.ts';
import { insertJob, type JobRows } from '../support/jobs.ts';
import { ledger, type LedgerEntry } from '../support/ledger.ts';
import { Target } from '../support/target.ts';

const LEASE_MS = 3_000;
/** Four leases: nothing is kept for as long by a renewal that came before. */
const BLOCK_MS = 12_000;
/** Longer than a block takes to begin, and with all that is added to it shorter than a block. */
const SHORT_MS = 4_000;
/** What a session that was stopped inside a transaction may delay others, and some more. */
const UNAFFECTED_MS = 6_000;
const LIMIT_MS = 90_000;

const FAULT = new URL('../chaos/faults/block-event-loop.mjs', import.meta.url).href;
const SETTINGS = {
  LEASE_MS: String(LEASE_MS),
  SHUTDOWN_GRACE_MS: '1000',
  BLOCK_EVENT_LOOP_MS: String(BLOCK_MS),
  NODE_OPTIONS: `--import ${FAULT}`,
};
const NEVER = { schedule: '0 0 1 1 *', nextRun: '2100-01-01T00:00:00Z' };

describe('an instance whose event loop is blocked', () => {
  let database: TestDatabase;
  let target: Target;
  let blocked: Instance;
  let other: Instance;
  let unanswered: ServerResponse[];

  beforeEach(async () => {
    database = await createDatabase();
    target = await Target.open();
    unanswered = [];
    target.answers((response) => void unanswered.push(response));
    [blocked, other] = await Promise.all([
      Instance.start(database.url, SETTINGS),
      Instance.start(database.url, SETTINGS),
    ]);
  });
  afterEach(async () => {
    await Promise.all([blocked, other].map((instance) => instance.end('SIGTERM')));
    await target.close();
    await database.drop();
  });

  it(
    'keeps the runs that are within their time limit, and no others',
    async () => {
      const ticking = await insertJob(database, {
        schedule: '* * * * * *',
        nextRun: await inSeconds(2),
      });
      await database.query(`SELECT pg_notify('scheduler_jobs', '')`);
      const long = await httpJob({ timeoutMs: 60_000 });
      const short = await httpJob({ timeoutMs: SHORT_MS });
      await eventually(() => hasEnded(ticking));
      await startOnBlocked(long, short);
      target.answers((response) => void response.end('in time'));

      const blockedAt = await block();
      for (const response of unanswered) response.end('from a blocked one');

      // Elsewhere, while the block goes on.
      expect(await eventually(() => settled(short), { timeoutMs: BLOCK_MS })).toMatchObject({
        status: 'succeeded',
        attempt: 2,
        worker: nameOf(other),
        attempts: [{ attempt: 1, outcome: 'lost', worker: nameOf(blocked) }],
      });
      expect(await entryOf(long)).toMatchObject({ status: 'running', attempt: 1, fence: 1 });
      expect(await isBlocked()).toBe(true);

      expect(await eventually(() => settled(long), { timeoutMs: 2 * BLOCK_MS })).toMatchObject({
        status: 'succeeded',
        attempt: 1,
        fence: 1,
        worker: nameOf(blocked),
        attempts: null,
        result: expect.objectContaining({ body: 'from a blocked one' }),
      });
      await eventually(() => logged('The end of a run came too late', 'A run is no longer ours'));
      expect(await entryOf(short)).toMatchObject({
        attempt: 2,
        result: expect.objectContaining({ body: 'in time' }),
      });
      expect(deliveriesOf(short)).toEqual(['1', '2']);
      expect(deliveriesOf(long)).toEqual(['1']);

      const meanwhile = await occurrences(ticking, blockedAt);
      expect(meanwhile.length).toBeGreaterThanOrEqual(BLOCK_MS / 1_000 - 3);
      for (const { worker, status, latenessMs } of meanwhile) {
        expect({ worker, status }).toEqual({ worker: nameOf(other), status: 'succeeded' });
        expect(latenessMs).toBeLessThan(UNAFFECTED_MS);
      }

      // On a busy machine there may be short ones besides, of which nobody has to do anything.
      expect(logged('The event loop stood still')).toContainEqual(
        expect.objectContaining({ leasesKept: 2, blockedMs: expect.any(Number) }),
      );
      expect(await metric('scheduler_event_loop_blocked_seconds_total')).toBeGreaterThan(
        (BLOCK_MS - 2_000) / 1_000,
      );
      expect(await metric('scheduler_stand_in_renewals_total')).toBeGreaterThan(2);
      expect(blocked.errors).toEqual([]);
    },
    LIMIT_MS,
  );

  it(
    'keeps them although its connections have broken as well, and stops when it is told to',
    async () => {
      const long = await httpJob({ timeoutMs: 60_000 });
      await startOnBlocked(long);
      await block();

      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      target.answers((response) => void response.end('in time'));
      const { code, signal, ms } = await blocked.end('SIGTERM');

      expect({ code, signal }).toEqual({ code: 0, signal: null });
      // Not at once, or there was no block, but soon after it.
      expect(ms).toBeGreaterThan(BLOCK_MS / 2);
      expect(ms).toBeLessThan(BLOCK_MS + 10_000);
      expect(await eventually(() => settled(long))).toMatchObject({
        status: 'succeeded',
        attempt: 2,
        worker: nameOf(other),
        attempts: [{ attempt: 1, outcome: 'handed-back' }],
      });
    },
    LIMIT_MS,
  );

  async function inSeconds(seconds: number): Promise<string> {
    const [row] = await database.query<{ instant: Date }>(
      `SELECT date_trunc('second', clock_timestamp()) + $1::integer * interval '1 second' AS instant`,
      [seconds],
    );
    return row?.instant.toISOString() ?? '';
  }

  async function httpJob(job: Partial<JobRows>): Promise<number> {
    return insertJob(database, { ...NEVER, type: 'http', payload: { url: target.url }, ...job });
  }

  /** Starts one run of each job. The other instance stands still until they have begun. */
  async function startOnBlocked(...ids: number[]): Promise<void> {
    other.signal('SIGSTOP');
    for (const id of ids) {
      const response = await fetch(`${blocked.url}/jobs/${id}/trigger`, { method: 'POST' });
      expect(response.status).toBe(202);
    }
    await eventually(() => target.requests.length === ids.length);
    other.signal('SIGCONT');
  }

  /** Blocks the instance, and answers since when it is. */
  async function block(): Promise<Date> {
    blocked.signal('SIGUSR2');
    await eventually(isBlocked);
    const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row?.now as Date;
  }

  /** Asks on a connection of its own, which is not left behind. */
  async function isBlocked(): Promise<boolean> {
    const request = get(`${blocked.url}/health/live`, { agent: false, timeout: 300 });
    return new Promise((resolve) => {
      request.on('response', (response) => response.resume().on('end', () => resolve(false)));
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(true));
    });
  }

  async function hasEnded(jobId: number): Promise<boolean> {
    return (await ledger(database, jobId)).some(({ status }) => status === 'succeeded');
  }

  async function entryOf(jobId: number): Promise<LedgerEntry | undefined> {
    return (await ledger(database, jobId))[0];
  }

  async function settled(jobId: number): Promise<LedgerEntry | undefined> {
    const entry = await entryOf(jobId);
    return entry?.finishedAt ? entry : undefined;
  }

  /** The numbers of the attempts that the target has heard of. */
  function deliveriesOf(jobId: number): unknown[] {
    return target.requests
      .filter(({ headers }) => headers['job-id'] === String(jobId))
      .map(({ headers }) => headers['job-attempt']);
  }

  /** Single occurrences that were due within the block, a second off its ends. */
  async function occurrences(jobId: number, blockedAt: Date) {
    return database.query<{ worker: string; status: string; latenessMs: number }>(
      `SELECT worker, status,
              extract(epoch FROM started_at - scheduled_for)::float8 * 1000 AS "latenessMs"
         FROM runs
        WHERE job_id = $1 AND range_count IS NULL
          AND scheduled_for > $2::timestamptz + interval '1 second'
          AND scheduled_for < $2::timestamptz + ($3 - 2000) * interval '1 millisecond'`,
      [jobId, blockedAt, BLOCK_MS],
    );
  }

  function nameOf({ pid }: Instance): unknown {
    return expect.stringContaining(`-${pid}-`);
  }

  /** The lines of its log that say one of these, or nothing when there are none. */
  function logged(...messages: string[]): Record<string, unknown>[] | undefined {
    const lines = blocked.lines
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => messages.includes(String(message)));
    return lines.length > 0 ? lines : undefined;
  }

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${blocked.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1));
  }
});
