import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseClock } from '../../src/database/database-clock.ts';
import { createPool } from '../../src/database/pool.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { insertJobs } from '../support/jobs.ts';
import { openService } from '../support/service.ts';

describe('the database', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  describe('a transaction', () => {
    beforeEach(() => database.query('CREATE TABLE notes (text text)'));

    it('keeps all or nothing', async () => {
      await expect(
        inTransaction(database.pool, async (transaction) => {
          await transaction.query(`INSERT INTO notes VALUES ('half')`);
          throw new Error('no further');
        }),
      ).rejects.toThrow('no further');
      await inTransaction(database.pool, (transaction) =>
        transaction.query(`INSERT INTO notes VALUES ('whole')`),
      );

      expect(await database.query('SELECT text FROM notes')).toEqual([{ text: 'whole' }]);
      expect(database.pool.totalCount).toBe(database.pool.idleCount);
    });

    it('fails with the first error of the database', async () => {
      await expect(
        inTransaction(database.pool, (transaction) => transaction.query('SELECT nonsense')),
      ).rejects.toMatchObject({ code: '42703' });
    });

    it('throws away a connection that breaks in the middle, and the next one works', async () => {
      await expect(
        inTransaction(database.pool, (transaction) =>
          transaction.query('SELECT pg_terminate_backend(pg_backend_pid())'),
        ),
      ).rejects.toThrow();

      expect(await inTransaction(database.pool, async () => 'works')).toBe('works');
    });
  });

  describe('a session of ours', () => {
    it.each([
      ['requests', '3000'],
      ['engine', '5000'],
    ] as const)('has limits when it serves %s', async (use, lockTimeout) => {
      const pool = createPool({ url: database.url, size: 1, use, onError: () => undefined });

      const { rows } = await pool.query(
        `SELECT name, setting FROM pg_settings
          WHERE name IN ('application_name', 'idle_in_transaction_session_timeout',
                         'lock_timeout', 'statement_timeout')
          ORDER BY name`,
      );

      expect(rows).toEqual([
        { name: 'application_name', setting: 'job-scheduler' },
        { name: 'idle_in_transaction_session_timeout', setting: '5000' },
        { name: 'lock_timeout', setting: lockTimeout },
        { name: 'statement_timeout', setting: '8000' },
      ]);
      await pool.end();
    });

    it('that freezes in a transaction does not keep its locks', async () => {
      const [job] = await insertJobs(database, 1, { schedule: '* * * * *', nextRun: '2027-01-01' });
      const frozen = await database.pool.connect();
      frozen.on('error', () => undefined);
      await frozen.query('BEGIN');
      await frozen.query('SELECT FROM jobs WHERE id = $1 FOR UPDATE', [job]);

      const free = () =>
        database.query('SELECT FROM jobs WHERE id = $1 FOR UPDATE SKIP LOCKED', [job]);
      expect(await free()).toEqual([]);
      await eventually(async () => (await free()).length === 1, { timeoutMs: 7_000 });
      frozen.release(true);
    });
  });

  describe('the clock', () => {
    it('follows the time of the database, and goes on by itself', async () => {
      const clock = new DatabaseClock(database.pool);

      const read = await clock.read();
      const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      const now = clock.now();

      expect(row?.now.getTime()).toBeGreaterThanOrEqual(read.getTime());
      expect(Math.abs((row?.now.getTime() ?? 0) - now.getTime())).toBeLessThan(1_000);
      expect(now.getTime()).toBeGreaterThanOrEqual(read.getTime());
    });

    it('never runs ahead of the database, so that nothing starts before its instant', async () => {
      const clock = new DatabaseClock(database.pool);

      for (let reading = 0; reading < 50; reading += 1) {
        await clock.read();
        const before = clock.now();
        const [row] = await database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        expect(before.getTime()).toBeLessThanOrEqual(row?.now.getTime() ?? 0);
      }
    });

    it('measures how wrong the clock of this host is', async () => {
      const clock = new DatabaseClock(database.pool);
      const wallClock = Date.now;
      await clock.read();
      const before = clock.now();

      try {
        Date.now = () => wallClock() + 3_600_000;
        expect(clock.skewMs()).toBeGreaterThan(3_599_000);
        expect(clock.skewMs()).toBeLessThan(3_601_000);
        // Somebody has set the clock of this host: it moves nothing here.
        expect(clock.now().getTime() - before.getTime()).toBeLessThan(10_000);
      } finally {
        Date.now = wallClock;
      }
    });
  });

  it('may end all sessions of the service at once, again and again: it goes on', async () => {
    const service = await openService(database);
    const ready = async () => (await fetch(`${service.url}/health/ready`)).status === 200;
    await insertJobs(database, 20, { schedule: '* * * * * *', nextRun: await nextSecond() });
    await database.query(`SELECT pg_notify('scheduler_jobs', '')`);
    await eventually(ready);

    for (let round = 1; round <= 3; round += 1) {
      await eventually(async () => (await succeeded()) >= 20 * round);
      await endSessions();
    }
    await eventually(ready);
    const before = await succeeded();
    await eventually(async () => (await succeeded()) >= before + 40);

    expect(await gaps()).toEqual([]);
    await service.close();
  });

  /** Ends every session but the one that does it; those of this test's own pool are not idle. */
  async function endSessions(): Promise<void> {
    const ended = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(ended.length).toBeGreaterThan(1);
  }

  async function succeeded(): Promise<number> {
    const rows = await database.query(`SELECT FROM runs WHERE status = 'succeeded'`);
    return rows.length;
  }

  async function nextSecond(): Promise<string> {
    const [row] = await database.query<{ next: Date }>(
      `SELECT date_trunc('second', clock_timestamp()) + interval '1 second' AS next`,
    );
    return row?.next.toISOString() ?? '';
  }

  /** Instants between the first and the last one that have neither a row nor a range. */
  async function gaps(): Promise<unknown[]> {
    return database.query(
      `WITH bounds AS (
         SELECT job_id, min(coalesce(range_from, scheduled_for)) AS first,
                max(scheduled_for) AS last
           FROM runs GROUP BY job_id
       )
       SELECT job_id, instant
         FROM bounds, generate_series(first, last, interval '1 second') AS instant
        WHERE NOT EXISTS (SELECT FROM runs
                           WHERE runs.job_id = bounds.job_id
                             AND instant BETWEEN coalesce(range_from, scheduled_for)
                                             AND scheduled_for)`,
    );
  }
});
