import type pg from 'pg';
import { rounded } from './statistics.ts';

const LATENESS = `extract(epoch FROM started_at - scheduled_for)::float8 * 1000`;

/** What the ledger says about a burst, in milliseconds after its instant. */
export type Firing = Record<
  'p50Ms' | 'p99Ms' | 'maxMs' | 'earliestMs' | 'allStoredMs' | 'rows' | 'notStarted',
  number
>;

/** What the ledger says about the instants of some seconds. */
export type Stretch = Record<
  'p50Ms' | 'p99Ms' | 'maxMs' | 'succeeded' | 'skipped' | 'open',
  number
>;

export async function firingOf(
  pool: pg.Pool,
  table: 'runs' | 'bare_runs',
  { dueAt, storedAt }: { dueAt: Date; storedAt: Date },
): Promise<Firing> {
  const { rows } = await pool.query<{ lateness: number[]; rows: number; notStarted: number }>(
    `SELECT percentile_cont(ARRAY[0.5, 0.99, 1, 0]) WITHIN GROUP (ORDER BY ${LATENESS}) AS lateness,
            count(*)::integer AS rows,
            (count(*) FILTER (WHERE started_at IS NULL))::integer AS "notStarted"
       FROM ${table}
      WHERE scheduled_for = $1`,
    [dueAt],
  );
  const [p50 = NaN, p99 = NaN, max = NaN, min = NaN] = rows[0]?.lateness ?? [];
  return {
    p50Ms: rounded(p50),
    p99Ms: rounded(p99),
    maxMs: rounded(max),
    earliestMs: rounded(min),
    allStoredMs: storedAt.getTime() - dueAt.getTime(),
    rows: rows[0]?.rows ?? 0,
    notStarted: rows[0]?.notStarted ?? 0,
  };
}

export async function stretchOf(pool: pg.Pool, from: Date, to: Date): Promise<Stretch> {
  const { rows } = await pool.query<{
    lateness: number[] | null;
    succeeded: number;
    skipped: number;
    open: number;
  }>(
    `SELECT percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY ${LATENESS}) AS lateness,
            (count(*) FILTER (WHERE status = 'succeeded'))::integer AS succeeded,
            (count(*) FILTER (WHERE status = 'skipped'))::integer AS skipped,
            (count(*) FILTER (WHERE finished_at IS NULL))::integer AS open
       FROM runs
      WHERE scheduled_for >= $1 AND scheduled_for < $2`,
    [from, to],
  );
  const { lateness, succeeded = 0, skipped = 0, open = 0 } = rows[0] ?? {};
  const [p50 = NaN, p99 = NaN, max = NaN] = lateness ?? [];
  return {
    p50Ms: rounded(p50),
    p99Ms: rounded(p99),
    maxMs: rounded(max),
    succeeded,
    skipped,
    open,
  };
}
