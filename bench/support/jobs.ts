import type pg from 'pg';
import { DEFAULT_RETRY, DEFAULT_TIMEOUT_MS } from '../../src/jobs/retry-policy.ts';
import { DEFAULT_DST } from '../../src/schedules/dst-policy.ts';

/** Jobs of the type `log` without a payload: nothing but what the engine itself does. */
export interface ManyJobs {
  count: number;
  schedule: string;
  nextRun: Date;
}

/** Registers many jobs at once, past the API, and tells the planner. */
export async function insertJobs(
  pool: pg.Pool,
  { count, schedule, nextRun }: ManyJobs,
): Promise<void> {
  await pool.query(
    `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, next_run)
     SELECT 'bench ' || number, $2, $3, $4, $5, $6 FROM generate_series(1, $1) AS number`,
    [count, schedule, DEFAULT_DST, DEFAULT_RETRY, DEFAULT_TIMEOUT_MS, nextRun],
  );
  await pool.query(`SELECT pg_notify('scheduler_jobs', '')`);
}

/** The database's clock, which decides what is due. */
export async function databaseTime(pool: pg.Pool): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now ?? new Date(Number.NaN);
}

/** The first whole second at least `ms` after the database's time. */
export async function secondFromNow(pool: pg.Pool, ms: number): Promise<Date> {
  const now = await databaseTime(pool);
  return new Date(Math.ceil((now.getTime() + ms) / 1_000) * 1_000);
}
