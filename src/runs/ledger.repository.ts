import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import type { SkippedRange } from '../schedules/skipped-range.ts';
import { runId } from './run-id.ts';
import { sourcesOf } from './run-state.ts';
import type { RunKey, SkipReason } from './run.ts';

/** A range of instants that nobody will run, and why. */
export interface SkippedRangeWithReason extends SkippedRange {
  reason: SkipReason;
}

/**
 * What a change of a job does to its runs, inside the change's own transaction. The caller holds
 * the lock on the job's row; planner and claimer take that lock before they touch the job's
 * waiting runs, so nothing here races with a start.
 */
@Injectable()
export class LedgerRepository {
  /** Removes the occurrences that are planned for later than `now`: they are no longer due. */
  async withdrawPlanned(
    transaction: Transaction,
    jobIds: readonly number[],
    now: Date,
  ): Promise<void> {
    // Served by runs_job_id_idx.
    await transaction.query(
      `DELETE FROM runs
        WHERE job_id = ANY($1::integer[])
          AND wake_at IS NOT NULL
          AND status = 'planned'
          AND scheduled_for > $2`,
      [jobIds, now],
    );
  }

  /** Gives the occurrences that are due and have not started their verdict. */
  async skipWaiting(
    transaction: Transaction,
    jobId: number,
    now: Date,
    reason: SkipReason,
  ): Promise<void> {
    await transaction.query(
      `UPDATE runs
          SET status = 'skipped', reason = $4, finished_at = $2, wake_at = NULL
        WHERE job_id = $1
          AND wake_at IS NOT NULL
          AND ordinal = 0
          AND attempt = 0
          AND scheduled_for <= $2
          AND status = ANY($3::run_status[])`,
      [jobId, now, sourcesOf('skipped'), reason],
    );
  }

  /**
   * Ends living runs: with `everything` all of the job's, otherwise only the occurrences that wait
   * for another attempt. The new fencing number shuts out a worker that still carries one out.
   */
  async cancel(
    transaction: Transaction,
    jobId: number,
    now: Date,
    { reason, everything }: { reason: string; everything: boolean },
  ): Promise<void> {
    await transaction.query(
      `UPDATE runs
          SET status = 'cancelled', reason = $4, finished_at = $2, wake_at = NULL, fence = fence + 1
        WHERE job_id = $1
          AND wake_at IS NOT NULL
          AND status = ANY($3::run_status[])
          AND ($5 OR (ordinal = 0 AND status <> 'running'))`,
      [jobId, now, sourcesOf('cancelled'), reason, everything],
    );
  }

  /**
   * Cancels what is active of these jobs, for a run that takes its place, and has the workers end
   * it. Answers the jobs of which nothing is active any more: a run whose end is being written at
   * this moment is not waited for, or two who end many runs could wait for each other.
   */
  async cancelActive(
    transaction: Transaction,
    jobIds: readonly number[],
    now: Date,
  ): Promise<number[]> {
    const { rows } = await transaction.query<RunKey & { isCancelled: boolean }>({
      name: 'ledger.cancelActive',
      text: `WITH active AS (
               SELECT job_id, scheduled_for, ordinal FROM runs
                WHERE job_id = ANY($1::integer[]) AND wake_at IS NOT NULL
                  AND (status = 'running' OR (status = 'queued' AND attempt > 0))
             ), locked AS (
               SELECT runs.job_id, runs.scheduled_for, runs.ordinal
                 FROM runs JOIN active USING (job_id, scheduled_for, ordinal)
                WHERE runs.wake_at IS NOT NULL
                  FOR UPDATE OF runs SKIP LOCKED
             ), cancelled AS (
               UPDATE runs
                  SET status = 'cancelled', reason = 'replaced', finished_at = $2, wake_at = NULL,
                      fence = fence + 1
                 FROM locked
                WHERE runs.job_id = locked.job_id
                  AND runs.scheduled_for = locked.scheduled_for
                  AND runs.ordinal = locked.ordinal
               RETURNING runs.job_id, runs.scheduled_for, runs.ordinal, true AS found
             )
             SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal,
                    cancelled.found IS TRUE AS "isCancelled"
               FROM active LEFT JOIN cancelled USING (job_id, scheduled_for, ordinal)`,
      values: [jobIds, now],
    });
    const cancelled = rows.filter(({ isCancelled }) => isCancelled);
    await transaction.query(
      `SELECT pg_notify('scheduler_cancelled', run_id) FROM unnest($1::text[]) AS run (run_id)`,
      [cancelled.map(runId)],
    );
    const alive = new Set(rows.filter(({ isCancelled }) => !isCancelled).map(({ jobId }) => jobId));
    return jobIds.filter((id) => !alive.has(id));
  }

  /** The occurrences of jobs that have rows already, within a range of each, oldest first. */
  async occurrencesIn(
    transaction: Transaction,
    ranges: readonly (Pick<SkippedRange, 'from' | 'to'> & { jobId: number })[],
  ): Promise<Map<number, Date[]>> {
    const taken = new Map<number, Date[]>(ranges.map(({ jobId }) => [jobId, []]));
    if (ranges.length === 0) return taken;
    // Served by the primary key, once for each range.
    const { rows } = await transaction.query<RunKey>({
      name: 'ledger.occurrencesIn',
      text: `SELECT runs.job_id AS "jobId", runs.scheduled_for AS "scheduledFor"
               FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
                 AS range (job_id, first, last)
               JOIN runs ON runs.job_id = range.job_id
                        AND runs.scheduled_for BETWEEN range.first AND range.last
                        AND runs.ordinal = 0
              ORDER BY 1, 2`,
      values: [
        ranges.map(({ jobId }) => jobId),
        ranges.map(({ from }) => from),
        ranges.map(({ to }) => to),
      ],
    });
    for (const { jobId, scheduledFor } of rows) taken.get(jobId)?.push(scheduledFor);
    return taken;
  }

  /** One row for all instants of the range; it stands at the last of them. */
  async insertSkippedRange(
    transaction: Transaction,
    job: { id: number; namespaceId: number; revision: number },
    range: SkippedRangeWithReason,
    now: Date,
  ): Promise<void> {
    await transaction.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, reason, revision,
                         finished_at, range_from, range_to, range_count)
       VALUES ($1, $2, $3, 'skipped', 'schedule', $4, $5, $6, $7, $2, $8)`,
      [job.id, range.to, job.namespaceId, range.reason, job.revision, now, range.from, range.count],
    );
  }

  /** Queues a start by hand at `now`, beside whatever is scheduled for that same millisecond. */
  async insertManual(
    transaction: Transaction,
    job: { id: number; namespaceId: number; priority: number },
    now: Date,
    payload: unknown,
  ): Promise<RunKey> {
    const { rows } = await transaction.query<{ ordinal: number }>(
      `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger, wake_at,
                         queued_at, payload, priority)
       SELECT $1, $2, coalesce(max(ordinal), 0) + 1, $3, 'queued', 'manual', $2, $2, $4, $5
         FROM runs
        WHERE job_id = $1
          AND scheduled_for = $2
       RETURNING ordinal`,
      [
        job.id,
        now,
        job.namespaceId,
        payload === undefined ? null : JSON.stringify(payload),
        job.priority,
      ],
    );
    return { jobId: job.id, scheduledFor: now, ordinal: rows[0]?.ordinal ?? 1 };
  }
}
