import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { readableSchedule, type ScheduleFields } from '../jobs/job-schedule.ts';
import type { RetryPolicy } from '../jobs/retry-policy.ts';
import { sourcesOf } from '../runs/run-state.ts';
import { HANDED_BACK, type RunKey, type RunTrigger } from '../runs/run.ts';
import { GRACE_MS, type Judgement, judgeStarts, type LivingRuns } from '../schedules/overlap.ts';

/** A run that is ours until the lease ends, with the definition that it starts from. */
export interface ClaimedRun extends RunKey {
  trigger: RunTrigger;
  /** Number of the attempt that begins now. */
  attempt: number;
  /** Attempts before it that do not count against the retry policy. */
  handedBack: number;
  /** What we must show to change the run; somebody who takes it away counts it up. */
  fence: number;
  jobName: string;
  type: string;
  payload: unknown;
  timeoutMs: number;
  retry: RetryPolicy;
}

export interface Claim {
  now: Date;
  leaseUntil: Date;
  limit: number;
  worker: string;
}

/** What a claim has found: how many runs were due, those to carry out, and how many it skipped. */
export interface Claimed {
  due: number;
  runs: ClaimedRun[];
  skipped: number;
}

type Candidate = ClaimedRun & { revision: number; nextRun: Date | null; isPaused: boolean };
type Living = LivingRuns & { jobId: number };
type Judged = { run: Candidate; judgement: Judgement };

/** Takes runs that are due for one worker. */
@Injectable()
export class ClaimsRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  /**
   * Claims up to `limit` due runs in one transaction, at most one of each job. Runs are locked
   * first and their jobs second, against the order of everybody else; that cannot deadlock, since
   * neither lock is waited for: a run whose job is being edited is left for the next claim.
   */
  async claim(claim: Claim): Promise<Claimed> {
    return inTransaction(this.pool, async (transaction) => {
      const due = await this.lockDue(transaction, claim);
      const decided = due.filter((run) => !isForPlanner(run, claim.now));
      if (decided.length === 0) return { due: due.length, runs: [], skipped: 0 };

      const living = await this.livingRuns(transaction, decided, claim.now);
      const judged = judgeByJob(decided, living, claim.now);
      const settled = judged.filter(({ judgement }) => judgement !== 'wait');
      const ended = await this.endedJobs(transaction, settled);
      await this.settle(transaction, settled, ended, claim);
      const runs = settled.flatMap(({ run, judgement }) => (judgement === 'start' ? [run] : []));
      return { due: due.length, runs, skipped: settled.length - runs.length };
    });
  }

  /** The next instant at which a waiting run wants to start. */
  async earliestWaiting(): Promise<Date | undefined> {
    // Served by runs_wake_at_idx; passes over the leases of running runs, which are few.
    const { rows } = await this.pool.query<{ wakeAt: Date }>({
      name: 'claims.earliest',
      text: `SELECT wake_at AS "wakeAt" FROM runs
              WHERE wake_at IS NOT NULL AND status = ANY($1::run_status[])
              ORDER BY wake_at
              LIMIT 1`,
      values: [sourcesOf('running')],
    });
    return rows[0]?.wakeAt;
  }

  private async lockDue(transaction: Transaction, { now, limit }: Claim): Promise<Candidate[]> {
    // Served by runs_wake_at_idx, oldest first. The job's lock is what edits wait for, and what
    // keeps two workers from judging the overlap of one job at the same time.
    const { rows } = await transaction.query<Candidate>({
      name: 'claims.lockDue',
      text: `WITH due AS (
               SELECT job_id, scheduled_for, ordinal, trigger, attempt, fence, payload, wake_at,
                      ${HANDED_BACK} AS handed_back
                 FROM runs
                WHERE wake_at <= $1 AND status = ANY($2::run_status[])
                ORDER BY wake_at
                LIMIT $3
                  FOR UPDATE SKIP LOCKED
             )
             SELECT due.job_id AS "jobId", due.scheduled_for AS "scheduledFor", due.ordinal,
                    due.trigger, due.attempt + 1 AS attempt, due.fence + 1 AS fence,
                    due.handed_back AS "handedBack",
                    owner.name AS "jobName", owner.type,
                    coalesce(due.payload, owner.payload) AS payload,
                    owner.timeout_ms AS "timeoutMs", owner.retry, owner.revision,
                    owner.next_run AS "nextRun", owner.paused_at IS NOT NULL AS "isPaused"
               FROM due
              CROSS JOIN LATERAL (
                    SELECT name, type, payload, timeout_ms, retry, revision, next_run, paused_at
                      FROM jobs
                     WHERE id = due.job_id
                       FOR NO KEY UPDATE SKIP LOCKED) AS owner
              ORDER BY due.wake_at`,
      values: [now, sourcesOf('running'), limit],
    });
    return rows;
  }

  /**
   * What else there is of the jobs whose runs are due. A statement of its own: it must see what
   * was committed before the locks of the first one were granted.
   */
  private async livingRuns(
    transaction: Transaction,
    due: Candidate[],
    now: Date,
  ): Promise<Map<number, LivingRuns>> {
    // Served by runs_job_id_idx, which holds living runs only.
    const { rows } = await transaction.query<Living>({
      name: 'claims.living',
      text: `SELECT owner.id AS "jobId", living.*
               FROM unnest($1::integer[]) AS owner (id)
              CROSS JOIN LATERAL (
                    SELECT (count(*) FILTER (WHERE status = 'running'))::integer AS running,
                           (count(*) FILTER (WHERE status = 'queued'
                                               AND attempt > 0))::integer AS retrying,
                           max(scheduled_for) FILTER (WHERE status <> 'running' AND attempt = 0
                                                        AND ordinal = 0
                                                        AND wake_at <= $2) AS "latestDue"
                      FROM runs
                     WHERE job_id = owner.id AND wake_at IS NOT NULL) AS living`,
      values: [[...new Set(due.map(({ jobId }) => jobId))], now],
    });
    return new Map(rows.map((row) => [row.jobId, row]));
  }

  /**
   * The jobs whose last occurrence is settled here. A missing next instant alone does not say so:
   * the job may have lost it, and then it is the reconciler's to repair.
   */
  private async endedJobs(transaction: Transaction, settled: Judged[]): Promise<number[]> {
    const last = new Map(
      settled
        .filter(({ run }) => run.ordinal === 0 && run.nextRun === null)
        .map(({ run }) => [run.jobId, run.scheduledFor]),
    );
    if (last.size === 0) return [];

    const { rows } = await transaction.query<ScheduleFields & { id: number }>({
      name: 'claims.schedules',
      text: `SELECT id, schedule, timezone, dst, start_at AS "startAt", end_at AS "endAt",
                    created_at AS "createdAt"
               FROM jobs
              WHERE id = ANY($1::integer[])`,
      values: [[...last.keys()]],
    });
    return rows
      .filter((job) => readableSchedule(job)?.next(last.get(job.id) as Date) === null)
      .map(({ id }) => id);
  }

  /** Starts what is to be started and gives the others their verdict; completes what has ended. */
  private async settle(
    transaction: Transaction,
    settled: Judged[],
    ended: number[],
    { now, leaseUntil, worker }: Claim,
  ): Promise<void> {
    await transaction.query({
      name: 'claims.settle',
      text: `WITH judged AS (
               SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[],
                                    $5::text[])
                 AS judged (job_id, scheduled_for, ordinal, revision, skip_reason)
             ), touched AS (
               UPDATE jobs
                  SET last_run = CASE WHEN owner.starts THEN $6 ELSE last_run END,
                      is_active = is_active AND jobs.id <> ALL($9::integer[])
                 FROM (SELECT job_id, bool_or(skip_reason IS NULL) AS starts
                         FROM judged GROUP BY job_id) AS owner
                WHERE jobs.id = owner.job_id
             )
             UPDATE runs
                SET status = CASE WHEN skip_reason IS NULL THEN 'running'
                                  WHEN skip_reason = 'paused' THEN 'cancelled'
                                  ELSE 'skipped' END::run_status,
                    reason = skip_reason,
                    finished_at = CASE WHEN skip_reason IS NOT NULL THEN $6::timestamptz END,
                    queued_at = coalesce(queued_at, wake_at),
                    wake_at = CASE WHEN skip_reason IS NULL THEN $7::timestamptz END,
                    started_at = CASE WHEN skip_reason IS NULL THEN $6 ELSE started_at END,
                    worker = CASE WHEN skip_reason IS NULL THEN $8 ELSE worker END,
                    attempt = CASE WHEN skip_reason IS NULL THEN attempt + 1 ELSE attempt END,
                    fence = fence + 1,
                    revision = judged.revision,
                    error = NULL
               FROM judged
              WHERE runs.job_id = judged.job_id
                AND runs.scheduled_for = judged.scheduled_for
                AND runs.ordinal = judged.ordinal`,
      values: [
        settled.map(({ run }) => run.jobId),
        settled.map(({ run }) => run.scheduledFor),
        settled.map(({ run }) => run.ordinal),
        settled.map(({ run }) => run.revision),
        settled.map(({ judgement }) => (judgement === 'start' ? null : judgement)),
        now,
        leaseUntil,
        worker,
        ended,
      ],
    });
  }
}

/**
 * Whether a late occurrence is part of an outage that the planner has yet to settle: it takes
 * such occurrences back, so that the outage is judged as a whole.
 */
function isForPlanner(
  { trigger, scheduledFor, ordinal, attempt, nextRun }: Candidate,
  now: Date,
): boolean {
  if (trigger !== 'schedule' || ordinal > 0 || attempt > 1 || !nextRun) return false;
  const graceEnd = now.getTime() - GRACE_MS;
  return scheduledFor.getTime() <= graceEnd && nextRun.getTime() <= graceEnd;
}

function judgeByJob(due: Candidate[], living: Map<number, LivingRuns>, now: Date): Judged[] {
  const byJob = new Map<number, Candidate[]>();
  for (const run of due) byJob.set(run.jobId, [...(byJob.get(run.jobId) ?? []), run]);
  return [...byJob].flatMap(([jobId, runs]) => {
    const others = living.get(jobId) ?? { running: 0, retrying: 0, latestDue: null };
    const facts = runs.map(({ scheduledFor, ordinal, attempt, isPaused }) => ({
      scheduledFor,
      isOccurrence: ordinal === 0,
      isRetry: attempt > 1,
      isPaused,
    }));
    const judgements = judgeStarts(facts, others, now);
    return runs.map((run, index) => ({ run, judgement: judgements[index] ?? 'wait' }));
  });
}
