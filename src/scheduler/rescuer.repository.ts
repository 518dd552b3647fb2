import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction } from '../database/transaction.ts';
import type { RetryPolicy } from '../jobs/retry-policy.ts';
import { HeldBackRepository } from '../runs/held-back.repository.ts';
import { sourcesOf } from '../runs/run-state.ts';
import { type Attempt, HANDED_BACK, type RunKey } from '../runs/run.ts';

/** A run whose worker has given no sign of life until its lease ended. */
export interface LostRun extends RunKey {
  attempt: number;
  /** Attempts before it that do not count against the retry policy. */
  handedBack: number;
  startedAt: Date;
  worker: string | null;
  retry: RetryPolicy;
}

/** What becomes of a lost run: back into the queue, or its verdict. */
export interface Rescue {
  status: 'queued' | 'lost';
  error: string;
}

/** Takes runs away from workers that are gone. */
@Injectable()
export class RescuerRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly heldBack: HeldBackRepository,
  ) {}

  /** Lets held back runs go on that wait for nothing any more. */
  async releaseIdle(now: Date): Promise<void> {
    await this.heldBack.releaseIdle(this.pool, now);
  }

  /**
   * Ends up to `limit` attempts whose lease is over. The new fencing number shuts out the lost
   * worker, should it come back; SKIP LOCKED passes over a run whose end is being written.
   */
  async rescue(
    now: Date,
    limit: number,
    decide: (run: LostRun) => Rescue,
  ): Promise<{ run: LostRun; rescue: Rescue }[]> {
    return inTransaction(this.pool, async (transaction) => {
      // Served by runs_wake_at_idx: only ended leases and waiting runs lie at or before now.
      const { rows } = await transaction.query<LostRun>(
        `SELECT runs.job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal, attempt,
                ${HANDED_BACK} AS "handedBack",
                started_at AS "startedAt", worker, jobs.retry
           FROM runs JOIN jobs ON jobs.id = runs.job_id
          WHERE wake_at <= $1 AND status = ANY($2::run_status[])
          LIMIT $3
            FOR UPDATE OF runs SKIP LOCKED`,
        [now, sourcesOf('lost'), limit],
      );
      if (rows.length === 0) return [];

      const rescued = rows.map((run) => ({ run, rescue: decide(run) }));
      await transaction.query(
        `UPDATE runs
            SET status = rescued.status,
                fence = fence + 1,
                wake_at = CASE WHEN rescued.status = 'queued' THEN $1::timestamptz END,
                queued_at = CASE WHEN rescued.status = 'queued' THEN $1 ELSE queued_at END,
                finished_at = CASE WHEN rescued.status = 'queued' THEN NULL ELSE $1 END,
                error = rescued.error,
                attempts = coalesce(attempts, '[]') || rescued.attempt
           FROM unnest($2::integer[], $3::timestamptz[], $4::integer[], $5::run_status[],
                       $6::text[], $7::jsonb[])
             AS rescued (job_id, scheduled_for, ordinal, status, error, attempt)
          WHERE runs.job_id = rescued.job_id
            AND runs.scheduled_for = rescued.scheduled_for
            AND runs.ordinal = rescued.ordinal`,
        [
          now,
          rows.map(({ jobId }) => jobId),
          rows.map(({ scheduledFor }) => scheduledFor),
          rows.map(({ ordinal }) => ordinal),
          rescued.map(({ rescue }) => rescue.status),
          rescued.map(({ rescue }) => rescue.error),
          rescued.map(({ run, rescue }) => JSON.stringify(lostAttempt(run, rescue.error, now))),
        ],
      );
      await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
      return rescued;
    });
  }
}

function lostAttempt(run: LostRun, error: string, now: Date): Attempt {
  return {
    attempt: run.attempt,
    startedAt: run.startedAt.toISOString(),
    finishedAt: now.toISOString(),
    outcome: 'lost',
    error,
    worker: run.worker,
  };
}
