import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { judge } from '../checker/judge.ts';
import { installObserver } from './observer.ts';
import { readEvidence } from './read-evidence.ts';

const AT = Date.UTC(2026, 10, 24, 9);
const KEY = `job_id = 1 AND scheduled_for = '2026-11-24T09:00:00Z'`;

describe('the observer of the ledger', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
    await installObserver(database);
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, wake_at)
       VALUES (1, '2026-11-24T09:00:00Z', 1, 'planned', 'schedule', '2026-11-24T09:00:00Z')`,
    );
  });
  afterEach(() => database.drop());

  const claim = (fields = '') =>
    database.query(
      `UPDATE runs SET status = 'running', attempt = 1, fence = fence + 1, worker = 'one',
                       wake_at = '2026-11-24T09:00:15Z' ${fields} WHERE ${KEY}`,
    );
  const end = (fields = '') =>
    database.query(`UPDATE runs SET status = 'succeeded', wake_at = NULL ${fields} WHERE ${KEY}`);

  async function changes() {
    return (await readEvidence(database, { settledUntil: AT })).changes;
  }

  it('notes who changes what, and when, by the clock of the database', async () => {
    const before = await clock();
    await claim();
    await end();

    const [start, finish, ...others] = await changes();

    const key = { job_id: 1, scheduled_for: AT, ordinal: 0, attempt: 1, worker: 'one' };
    const run = { ...key, fence: 1, session: expect.any(Number), at: expect.any(Number) };
    const claimed = { from: 'planned', to: 'running', fence_before: 0, lease_end: null };
    const ended = { from: 'running', to: 'succeeded', fence_before: 1, lease_end: AT + 15_000 };
    expect(start).toEqual({ ...run, ...claimed });
    expect(finish).toEqual({ ...run, ...ended });
    expect(others).toEqual([]);
    expect(start?.at).toBeGreaterThanOrEqual(before);
    expect(finish?.at).toBeGreaterThan(start?.at ?? Infinity);
  });

  it('notes what is deleted, and what nobody commits it does not', async () => {
    await database.query(`DELETE FROM runs WHERE ${KEY}`);
    await database.query('BEGIN; UPDATE runs SET fence = 7; ROLLBACK');

    expect(await changes()).toMatchObject([{ from: 'planned', to: null, worker: null }]);
  });

  it('watches partitions that are made later', async () => {
    await database.query(
      `CREATE TABLE runs_later PARTITION OF runs
          FOR VALUES FROM ('2026-11-30T00:00:00Z') TO ('2026-12-07T00:00:00Z')`,
    );
    await database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger)
       VALUES (1, '2026-12-01T00:00:00Z', 1, 'queued', 'schedule')`,
    );
    await database.query(`UPDATE runs SET status = 'running' WHERE scheduled_for >= '2026-12-01'`);
    await database.query(`UPDATE runs_later SET status = 'failed'`);

    expect(await changes()).toMatchObject([{ to: 'running' }, { to: 'failed' }]);
  });

  it('gives the checker the lease that a late worker has lost', async () => {
    await claim(`, started_at = now()`);
    await end();

    const { kinds } = judge(await readEvidence(database, { settledUntil: AT }));

    expect(kinds).toHaveProperty(['change after the lease']);
  });

  it('is read by whoever asks, also when nobody has installed it', async () => {
    await database.query('DROP SCHEMA observer CASCADE');

    expect(await changes()).toEqual([]);
  });

  async function clock(): Promise<number> {
    const [row] = await database.query<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    );
    return row?.ms ?? NaN;
  }
});
