import type pg from 'pg';

/**
 * What a scheduler with a ledger needs at the very least: when each job is due next, and a row for
 * each occurrence that is written before it starts and again when it has ended.
 */
export async function createBareTables(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE TABLE bare_jobs (
      id       serial PRIMARY KEY,
      next_run timestamptz(3) NOT NULL
    ) WITH (fillfactor = 70);
    CREATE INDEX ON bare_jobs (next_run);
    CREATE TABLE bare_runs (
      job_id        integer        NOT NULL,
      scheduled_for timestamptz(3) NOT NULL,
      status        smallint       NOT NULL,
      started_at    timestamptz(3),
      finished_at   timestamptz(3),
      PRIMARY KEY (job_id, scheduled_for)
    ) WITH (fillfactor = 70);
    CREATE INDEX ON bare_runs (scheduled_for) WHERE status = 0`);
}

export async function insertBareJobs(pool: pg.Pool, count: number, nextRun: Date): Promise<void> {
  await pool.query(
    `INSERT INTO bare_jobs (next_run) SELECT $2::timestamptz FROM generate_series(1, $1)`,
    [count, nextRun],
  );
}
