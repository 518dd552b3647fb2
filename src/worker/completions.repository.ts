import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction, type Queryable } from '../database/transaction.ts';
import type { EndedRun, Verdict } from '../jobs/follow-ups.ts';
import { FollowUpsRepository } from '../jobs/follow-ups.repository.ts';
import { HeldBackRepository } from '../runs/held-back.repository.ts';
import type { Completion } from './completion.ts';
import { type HeldKey, inLockOrder, keyOf } from './held-key.ts';

/** A run that this worker holds, and since when. */
export interface HeldRun extends HeldKey {
  attempt: number;
  startedAt: Date;
}

/**
 * Writes what becomes of running runs. Every statement asks for the fencing number and a lease
 * that has not ended: an attempt that was taken away, or is late, changes nothing. `IS TRUE` keeps
 * the lease a mere filter: it is the key that has to find the row, not the index of wake-ups.
 */
@Injectable()
export class CompletionsRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly heldBack: HeldBackRepository,
    private readonly followUps: FollowUpsRepository,
  ) {}

  /**
   * Ends attempts, and answers the keys of those that were still ours to end. Workers that sleep
   * until the next start that they know of are told of further attempts.
   */
  async finish(
    ended: readonly Completion[],
    now: Date,
    connection: Queryable = this.pool,
  ): Promise<HeldKey[]> {
    const completions = inLockOrder(ended);
    // One look-up by primary key for each row.
    const { rows } = await connection.query<HeldKey>({
      name: 'completions.finish',
      text: `UPDATE runs
                SET status = ended.status,
                    wake_at = ended.wake_at,
                    queued_at = CASE WHEN ended.status = 'queued' THEN ended.finished_at
                                     ELSE runs.queued_at END,
                    started_at = ended.started_at,
                    finished_at = CASE WHEN ended.status <> 'queued' THEN ended.finished_at END,
                    error = ended.error,
                    result = ended.result,
                    log = ended.log,
                    attempts = CASE WHEN ended.past IS NULL THEN runs.attempts
                                    ELSE coalesce(runs.attempts, '[]') || ended.past END
               FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[],
                           $5::run_status[], $6::timestamptz[], $7::timestamptz[],
                           $8::timestamptz[], $9::text[], $10::jsonb[], $11::jsonb[], $12::jsonb[])
                 AS ended (job_id, scheduled_for, ordinal, fence, status, started_at, finished_at,
                           wake_at, error, result, log, past)
              WHERE runs.job_id = ended.job_id
                AND runs.scheduled_for = ended.scheduled_for
                AND runs.ordinal = ended.ordinal
                AND runs.fence = ended.fence
                AND runs.status = 'running'
                AND (runs.wake_at > $13) IS TRUE
             RETURNING runs.job_id AS "jobId", runs.scheduled_for AS "scheduledFor", runs.ordinal,
                       runs.fence,
                       CASE WHEN ended.status = 'queued'
                            THEN pg_notify('scheduler_runs', '')::text END AS told`,
      values: [
        completions.map(({ jobId }) => jobId),
        completions.map(({ scheduledFor }) => scheduledFor),
        completions.map(({ ordinal }) => ordinal),
        completions.map(({ fence }) => fence),
        completions.map(({ status }) => status),
        completions.map(({ startedAt }) => startedAt),
        completions.map(({ finishedAt }) => finishedAt),
        completions.map(({ wakeAt }) => wakeAt),
        completions.map(({ error }) => error),
        completions.map(({ result }) => result),
        completions.map(({ log }) => (log ? JSON.stringify(log) : null)),
        completions.map(({ past }) => (past ? JSON.stringify(past) : null)),
        now,
      ],
    });
    return rows;
  }

  /**
   * The same for verdicts that others follow: what follows is in the ledger when they are. The
   * jobs are locked before the runs, as everybody does who waits for both.
   */
  async finishAndFollow(completions: Completion[], now: Date): Promise<HeldKey[]> {
    return inTransaction(this.pool, async (transaction) => {
      const jobIds = [...new Set(completions.map(({ jobId }) => jobId))];
      const jobs = await this.followUps.lock(transaction, jobIds);
      const stored = await this.finish(completions, now, transaction);
      const keys = new Set(stored.map(keyOf));
      const ended = completions.filter((completion) => keys.has(keyOf(completion))).map(endOf);
      await this.followUps.follow(transaction, jobs, ended, now);
      return stored;
    });
  }

  /** Lets one held back run go on for each run that has ended, given by its job. */
  async release(jobIds: readonly number[], now: Date): Promise<void> {
    if (jobIds.length > 0) await this.heldBack.release(this.pool, jobIds, now);
  }

  /**
   * Renews leases, and answers the keys of the runs that are still ours. A lease that somebody has
   * made longer, while this was on its way in a process that stood still, is not made shorter.
   */
  async renew(held: readonly HeldRun[], now: Date, leaseUntil: Date): Promise<HeldKey[]> {
    const { rows } = await this.pool.query<HeldKey>({
      name: 'completions.renew',
      text: `UPDATE runs SET wake_at = greatest(runs.wake_at, $5)
               FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[])
                 AS held (job_id, scheduled_for, ordinal, fence)
              WHERE runs.job_id = held.job_id
                AND runs.scheduled_for = held.scheduled_for
                AND runs.ordinal = held.ordinal
                AND runs.fence = held.fence
                AND runs.status = 'running'
                AND (runs.wake_at > $6) IS TRUE
             RETURNING runs.job_id AS "jobId", runs.scheduled_for AS "scheduledFor", runs.ordinal,
                       runs.fence`,
      values: [...keyArrays(inLockOrder(held)), leaseUntil, now],
    });
    return rows;
  }

  /** Puts runs back into the queue for somebody else, and wakes the others. */
  async handBack(held: readonly HeldRun[], now: Date, worker: string): Promise<void> {
    const runs = inLockOrder(held);
    await this.pool.query(
      `WITH returned AS (
         UPDATE runs
            SET status = 'queued',
                wake_at = $5,
                queued_at = $5,
                fence = runs.fence + 1,
                attempts = coalesce(attempts, '[]') || held.past
           FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[], $6::jsonb[])
             AS held (job_id, scheduled_for, ordinal, fence, past)
          WHERE runs.job_id = held.job_id
            AND runs.scheduled_for = held.scheduled_for
            AND runs.ordinal = held.ordinal
            AND runs.fence = held.fence
            AND runs.status = 'running'
            AND (runs.wake_at > $5) IS TRUE
         RETURNING 1
       )
       SELECT pg_notify('scheduler_runs', '') FROM (SELECT count(*) FROM returned) AS counted`,
      [...keyArrays(runs), now, runs.map((run) => JSON.stringify(handedBack(run, now, worker)))],
    );
  }
}

function endOf({ status, depth, ...run }: Completion): EndedRun {
  return { ...run, verdict: status as Verdict, depth };
}

function keyArrays(runs: HeldRun[]): [number[], Date[], number[], number[]] {
  return [
    runs.map(({ jobId }) => jobId),
    runs.map(({ scheduledFor }) => scheduledFor),
    runs.map(({ ordinal }) => ordinal),
    runs.map(({ fence }) => fence),
  ];
}

function handedBack({ attempt, startedAt }: HeldRun, now: Date, worker: string): object {
  return {
    attempt,
    startedAt: startedAt.toISOString(),
    finishedAt: now.toISOString(),
    outcome: 'handed-back',
    error: 'The worker was stopped',
    worker,
  };
}
