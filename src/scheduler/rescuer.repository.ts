import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { EndedRun } from '../jobs/follow-ups.ts';
import { FollowUpsRepository } from '../jobs/follow-ups.repository.ts';
import { HAS_FOLLOW_UPS } from '../jobs/job-columns.ts';
import type { RetryPolicy } from '../jobs/retry-policy.ts';
import { HeldBackRepository } from '../runs/held-back.repository.ts';
import { runId } from '../runs/run-id.ts';
import { sourcesOf } from '../runs/run-state.ts';
import { type Attempt, HANDED_BACK, type RunKey } from '../runs/run.ts';

/** A run whose worker has given no sign of life until its lease ended. */
export interface LostRun extends RunKey {
  attempt: number;
  /** Attempts before it that do not count against the retry policy. */
  handedBack: number;
  fence: number;
  startedAt: Date;
  worker: string | null;
  retry: RetryPolicy;
  /** Whether its verdict may start other jobs, or pause its own. */
  followUps: boolean;
  /** Its place in a chain: 0 when no other run has started it. */
  depth: number;
}

/** What becomes of a lost run: back into the queue, or its verdict. */
export interface Rescue {
  status: 'queued' | 'lost';
  error: string;
}

export interface RescuedRun {
  run: LostRun;
  rescue: Rescue;
}

/** Takes runs away from workers that are gone. */
@Injectable()
export class RescuerRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly heldBack: HeldBackRepository,
    private readonly followUps: FollowUpsRepository,
  ) {}

  /** Lets held back runs go on that wait for nothing any more. */
  async releaseIdle(now: Date): Promise<void> {
    await this.heldBack.releaseIdle(this.pool, now);
  }

  /**
   * Ends up to `limit` attempts whose lease is over. The new fencing number shuts out the lost
   * worker, should it come back; SKIP LOCKED passes over a run whose end is being written.
   */
  async rescue(now: Date, limit: number, decide: (run: LostRun) => Rescue): Promise<RescuedRun[]> {
    const { plain, followed } = await inTransaction(this.pool, async (transaction) => {
      const lost = await this.lockLost(transaction, now, limit);
      const rescues = lost.map((run) => ({ run, rescue: decide(run) }));
      const followed = rescues.filter(isFollowed);
      const plain = rescues.filter((rescued) => !isFollowed(rescued));
      return { followed, plain: await this.store(transaction, plain, now) };
    });
    return [...plain, ...(await this.storeAndFollow(followed, now))];
  }

  private async lockLost(transaction: Transaction, now: Date, limit: number): Promise<LostRun[]> {
    // Served by runs_wake_at_idx: only ended leases and waiting runs lie at or before now.
    const { rows } = await transaction.query<LostRun>(
      `SELECT runs.job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal, attempt, fence,
              ${HANDED_BACK} AS "handedBack",
              started_at AS "startedAt", worker, jobs.retry,
              ${HAS_FOLLOW_UPS} AS "followUps",
              coalesce((cause ->> 'depth')::integer, 0) AS depth
         FROM runs JOIN jobs ON jobs.id = runs.job_id
        WHERE wake_at <= $1 AND status = ANY($2::run_status[])
        LIMIT $3
          FOR UPDATE OF runs SKIP LOCKED`,
      [now, sourcesOf('lost'), limit],
    );
    return rows;
  }

  /**
   * Verdicts that others follow, together with what follows. Jobs are locked before runs where
   * both are waited for, so these runs are taken anew: whoever has ended one meanwhile was first.
   */
  private async storeAndFollow(lost: RescuedRun[], now: Date): Promise<RescuedRun[]> {
    if (lost.length === 0) return [];
    return inTransaction(this.pool, async (transaction) => {
      const jobIds = [...new Set(lost.map(({ run }) => run.jobId))];
      const jobs = await this.followUps.lock(transaction, jobIds);
      const stored = await this.store(transaction, lost, now);
      const ended = stored.map(({ run }): EndedRun => ({ ...run, verdict: 'lost', result: null }));
      await this.followUps.follow(transaction, jobs, ended, now);
      return stored;
    });
  }

  /** Answers those that nobody else has ended or taken over. */
  private async store(
    transaction: Transaction,
    rescues: RescuedRun[],
    now: Date,
  ): Promise<RescuedRun[]> {
    if (rescues.length === 0) return [];
    const { rows } = await transaction.query<RunKey>(
      `UPDATE runs
          SET status = rescued.status,
              fence = runs.fence + 1,
              wake_at = CASE WHEN rescued.status = 'queued' THEN $1::timestamptz END,
              queued_at = CASE WHEN rescued.status = 'queued' THEN $1 ELSE queued_at END,
              finished_at = CASE WHEN rescued.status = 'queued' THEN NULL ELSE $1 END,
              error = rescued.error,
              attempts = coalesce(attempts, '[]') || rescued.attempt
         FROM unnest($2::integer[], $3::timestamptz[], $4::integer[], $5::integer[],
                     $6::run_status[], $7::text[], $8::jsonb[])
           AS rescued (job_id, scheduled_for, ordinal, fence, status, error, attempt)
        WHERE runs.job_id = rescued.job_id
          AND runs.scheduled_for = rescued.scheduled_for
          AND runs.ordinal = rescued.ordinal
          AND runs.fence = rescued.fence
          AND runs.status = 'running'
          AND (runs.wake_at <= $1) IS TRUE
       RETURNING runs.job_id AS "jobId", runs.scheduled_for AS "scheduledFor", runs.ordinal`,
      [
        now,
        rescues.map(({ run }) => run.jobId),
        rescues.map(({ run }) => run.scheduledFor),
        rescues.map(({ run }) => run.ordinal),
        rescues.map(({ run }) => run.fence),
        rescues.map(({ rescue }) => rescue.status),
        rescues.map(({ rescue }) => rescue.error),
        rescues.map(({ run, rescue }) => JSON.stringify(lostAttempt(run, rescue.error, now))),
      ],
    );
    await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
    const stored = new Set(rows.map(runId));
    return rescues.filter(({ run }) => stored.has(runId(run)));
  }
}

/** A lost run that is tried again has no verdict that anybody could follow. */
function isFollowed({ run, rescue }: RescuedRun): boolean {
  return run.followUps && rescue.status === 'lost';
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
