import type { Queryable } from '../../database/transaction.ts';

/** An attempt begins a moment after its run was claimed, and its end takes a moment to be stored. */
const MARGIN_MS = 2_000;

/**
 * $1 the worker, $2 the lease and $3 the margin, in milliseconds. Time is that of the statement.
 *
 * Renews the leases of all runs that a worker holds, but none beyond the time limit of the attempt,
 * and never shortens one. Served by runs_wake_at_idx: within one lease from now lie the leases of
 * running runs, and what starts in the next moments. SKIP LOCKED passes over rows that somebody is
 * about to end, be it the worker itself, which may stand still in the middle of it.
 */
export const RENEW_ALL = `
  WITH held AS (
    SELECT job_id, scheduled_for, ordinal, wake_at,
           least(statement_timestamp() + $2::integer * interval '1 millisecond',
                 started_at + $3::integer * interval '1 millisecond'
                   + (SELECT timeout_ms FROM jobs WHERE id = runs.job_id)
                       * interval '1 millisecond') AS lease_until
      FROM runs
     WHERE wake_at > statement_timestamp()
       AND wake_at <= statement_timestamp() + $2::integer * interval '1 millisecond'
       AND status = 'running'
       AND worker = $1
       FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE runs SET wake_at = held.lease_until
    FROM held
   WHERE runs.job_id = held.job_id
     AND runs.scheduled_for = held.scheduled_for
     AND runs.ordinal = held.ordinal
     AND held.lease_until > held.wake_at`;

/** Answers how many leases were renewed. */
export async function renewAll(
  connection: Queryable,
  { worker, leaseMs }: { worker: string; leaseMs: number },
): Promise<number> {
  const { rowCount } = await connection.query(RENEW_ALL, [worker, leaseMs, MARGIN_MS]);
  return rowCount ?? 0;
}
