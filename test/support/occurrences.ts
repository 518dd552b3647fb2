import pg from 'pg';
import type { TestDatabase } from './database.ts';

/** What the ledger says about the `log` jobs, which were due every second for so many seconds. */
export interface Tally {
  /** Rows of single occurrences. */
  rows: number;
  /** Instants that lie in skipped ranges. */
  inRanges: number;
  succeeded: number;
  /** Pairs of job and instant that have more than one row. */
  doubled: number;
  /** Instants without a row and without a range. */
  missing: number;
  /** Rows and ranges that cover the same instant. */
  coveredTwice: number;
  /** Rows for instants at which nothing was due. */
  phantoms: number;
  /** Runs that have no verdict yet. */
  open: number;
  /** Starts before the instant. */
  early: number;
  /** The longest time from an instant to its verdict, in milliseconds. */
  slowestMs: number;
}

export interface Period {
  /** The first instant. */
  from: Date;
  seconds: number;
}

/**
 * Counts against a list of instants that is made here, by adding seconds: it shares nothing with
 * the code that has planned them.
 */
export async function tally(database: TestDatabase, { from, seconds }: Period): Promise<Tally> {
  const [counts] = await read<Tally>(
    database,
    `WITH runs AS (
       SELECT runs.* FROM public.runs JOIN jobs ON jobs.id = job_id WHERE jobs.type = 'log'
     ), wanted AS (
       SELECT id AS job_id, $1::timestamptz + second * interval '1 second' AS instant
         FROM jobs, generate_series(0, $2::integer - 1) AS second
        WHERE type = 'log'
     ), single AS (
       SELECT job_id, scheduled_for AS instant, count(*) AS times
         FROM runs WHERE range_count IS NULL GROUP BY 1, 2
     ), ranged AS (
       SELECT job_id, instant, count(*) AS times
         FROM runs, generate_series(range_from, range_to, interval '1 second') AS instant
        WHERE range_count IS NOT NULL GROUP BY 1, 2
     )
     SELECT (SELECT coalesce(sum(times), 0) FROM single)::integer AS rows,
            (SELECT coalesce(sum(range_count), 0) FROM runs)::integer AS "inRanges",
            (SELECT count(*) FROM runs WHERE status = 'succeeded')::integer AS succeeded,
            (SELECT count(*) FROM single WHERE times > 1)::integer AS doubled,
            (SELECT count(*) FROM wanted
               LEFT JOIN single USING (job_id, instant) LEFT JOIN ranged USING (job_id, instant)
              WHERE single.times IS NULL AND ranged.times IS NULL)::integer AS missing,
            (SELECT count(*) FROM ranged LEFT JOIN single USING (job_id, instant)
              WHERE ranged.times > 1 OR single.times IS NOT NULL)::integer AS "coveredTwice",
            (SELECT count(*) FROM (SELECT job_id, instant FROM single
                                   UNION ALL SELECT job_id, instant FROM ranged) AS found
               LEFT JOIN wanted USING (job_id, instant)
              WHERE wanted.job_id IS NULL)::integer AS phantoms,
            (SELECT count(*) FROM runs
              WHERE status IN ('planned', 'queued', 'running'))::integer AS open,
            (SELECT count(*) FROM runs
              WHERE started_at < scheduled_for - interval '2 milliseconds')::integer AS early,
            (SELECT max(extract(epoch FROM finished_at - scheduled_for)) * 1000
               FROM runs)::integer AS "slowestMs"`,
    [from, seconds],
  );
  return counts as Tally;
}

/** Lateness of first starts, in milliseconds. */
export async function lateness(
  database: TestDatabase,
): Promise<{ p50: number; p99: number; max: number }> {
  const [row] = await read<{ p50: number; p99: number; max: number }>(
    database,
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY late) AS p50,
            percentile_cont(0.99) WITHIN GROUP (ORDER BY late) AS p99, max(late) AS max
       FROM (SELECT extract(epoch FROM started_at - scheduled_for)::float8 * 1000 AS late
               FROM runs WHERE attempt = 1) AS starts`,
  );
  return row ?? { p50: 0, p99: 0, max: 0 };
}

/** On a session without the limits and the planner settings of the service: it reads everything. */
async function read<T extends pg.QueryResultRow>(
  { url }: TestDatabase,
  text: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}
