import { Injectable, Logger } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import { causeJson } from '../runs/run-cause.ts';
import { runId } from '../runs/run-id.ts';
import {
  type AllFollowUps,
  type EndedRun,
  type FollowedJob,
  followUpsOfAll,
} from './follow-ups.ts';
import { changeJob } from './job-change.ts';
import { JobChangesRepository, type LockedJob } from './job-changes.repository.ts';

/**
 * What follows from the ends of runs, in the transaction that gives them their verdicts: whatever
 * dies in between, both have happened or neither.
 */
@Injectable()
export class FollowUpsRepository {
  private readonly logger = new Logger(FollowUpsRepository.name);

  constructor(private readonly changes: JobChangesRepository) {}

  /**
   * Locks these jobs and all that the ends of their runs may start, in order of id, as everybody
   * does who locks several jobs. Comes first in a transaction: when an edit that it had to wait
   * for names further jobs, the locks are given up and the transaction begins anew.
   */
  async lock(
    transaction: Transaction,
    jobIds: readonly number[],
  ): Promise<ReadonlyMap<number, FollowedJob>> {
    for (;;) {
      const { rows } = await transaction.query<FollowedJob>({
        name: 'followUps.lock',
        text: LOCK,
        values: [jobIds],
      });
      const jobs = new Map(rows.map((job) => [job.id, job]));
      const missing = unlockedTargets(jobs, jobIds);
      if (missing.length === 0 || !(await this.areAlive(transaction, missing))) return jobs;
      await transaction.query('ROLLBACK AND CHAIN');
    }
  }

  /**
   * Counts failures, pauses jobs and starts others. `jobs` are those that `lock` has answered;
   * of `ended`, whoever calls has just given each its verdict.
   */
  async follow(
    transaction: Transaction,
    jobs: ReadonlyMap<number, FollowedJob>,
    ended: readonly EndedRun[],
    now: Date,
  ): Promise<void> {
    const followUps = followUpsOfAll(jobs, ended);
    await this.count(transaction, followUps.failuresInRow);
    for (const [id, reason] of followUps.pauses) {
      await this.pause(transaction, jobs.get(id) as FollowedJob, reason);
    }
    await this.start(transaction, followUps.starts, now);
    for (const run of followUps.tooDeep) {
      this.logger.warn({ message: 'A chain ends: it has become too long', runId: runId(run) });
    }
  }

  private async areAlive(transaction: Transaction, ids: readonly number[]): Promise<boolean> {
    const { rowCount } = await transaction.query({
      name: 'followUps.areAlive',
      text: 'SELECT FROM jobs WHERE id = ANY($1::integer[]) AND deleted_at IS NULL LIMIT 1',
      values: [ids],
    });
    return rowCount === 1;
  }

  private async count(
    transaction: Transaction,
    failuresInRow: ReadonlyMap<number, number>,
  ): Promise<void> {
    if (failuresInRow.size === 0) return;
    await transaction.query({
      name: 'followUps.count',
      text: `UPDATE jobs SET failures_in_row = counted.failures
               FROM unnest($1::integer[], $2::integer[]) AS counted (id, failures)
              WHERE jobs.id = counted.id`,
      values: [[...failuresInRow.keys()], [...failuresInRow.values()]],
    });
  }

  private async pause(
    transaction: Transaction,
    { id, namespaceId }: FollowedJob,
    reason: string,
  ): Promise<void> {
    // The lock is ours already: this reads what `changeJob` has to know.
    const locked = await this.changes.lock(transaction, namespaceId, id);
    const { job, now } = locked as LockedJob;
    const change = changeJob(job, { isActive: false }, now, { reason, until: null });
    await this.changes.apply(transaction, job, change, 'scheduler');
    this.logger.warn({ message: 'A job is paused', jobId: id, reason });
  }

  /** One run for each start; a job that is paused gets a skipped one, so that the ledger tells. */
  private async start(
    transaction: Transaction,
    starts: AllFollowUps['starts'],
    now: Date,
  ): Promise<void> {
    if (starts.length === 0) return;
    const causes = [...new Set(starts.map(({ cause }) => cause))];
    await transaction.query({
      name: 'followUps.start',
      text: START,
      values: [
        starts.map(({ jobId }) => jobId),
        starts.map(({ cause }) => causes.indexOf(cause) + 1),
        causes.map((run) => causeJson({ ...run, status: run.verdict, depth: run.depth + 1 })),
        now,
      ],
    });
  }
}

/**
 * The jobs that the ends of these runs may start and that are not locked: those that have been
 * deleted, and those that are named since a moment ago.
 */
function unlockedTargets(
  jobs: ReadonlyMap<number, FollowedJob>,
  ended: readonly number[],
): number[] {
  return ended
    .flatMap((id) => jobs.get(id) ?? [])
    .flatMap(({ onSuccess, onFailure, onFinish }) => [...onSuccess, ...onFailure, ...onFinish])
    .filter((id) => !jobs.has(id));
}

/** $1 ids of jobs. Served by the primary key. */
const LOCK = `
  SELECT id, namespace_id AS "namespaceId", is_active AS "isActive",
         auto_pause_after AS "autoPauseAfter", failures_in_row AS "failuresInRow",
         on_success AS "onSuccess", on_failure AS "onFailure", on_finish AS "onFinish"
    FROM jobs
   WHERE id = ANY ($1::integer[] || ARRAY(
           SELECT unnest(on_success || on_failure || on_finish)
             FROM jobs
            WHERE id = ANY($1::integer[])))
     AND deleted_at IS NULL
   ORDER BY id
     FOR NO KEY UPDATE`;

/**
 * $1 jobs to start, $2 for each of them the place of its cause in $3, $4 now. The caller holds the
 * locks of the jobs, so nobody else takes an ordinal, pauses or deletes one meanwhile.
 */
const START = `
  WITH started AS (
    SELECT job_id, cause, row_number() OVER (PARTITION BY job_id ORDER BY place) AS nth
      FROM unnest($1::integer[], $2::integer[]) WITH ORDINALITY AS started (job_id, cause, place)
  )
  INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, status, trigger, reason, revision,
                    priority, wake_at, queued_at, finished_at, cause)
  SELECT jobs.id, $4::timestamptz, coalesce(taken.ordinal, 0) + started.nth, jobs.namespace_id,
         CASE WHEN is_paused THEN 'skipped' ELSE 'queued' END::run_status, 'chain',
         CASE WHEN is_paused THEN 'paused' END, CASE WHEN is_paused THEN jobs.revision END,
         jobs.priority,
         CASE WHEN NOT is_paused THEN $4::timestamptz END,
         CASE WHEN NOT is_paused THEN $4::timestamptz END,
         CASE WHEN is_paused THEN $4::timestamptz END, ($3::jsonb[])[started.cause]
    FROM started
    JOIN jobs ON jobs.id = started.job_id AND jobs.deleted_at IS NULL
   CROSS JOIN LATERAL (
         SELECT paused_at IS NOT NULL AND coalesce(paused_until > $4, true) AS is_paused,
                (SELECT max(ordinal) FROM runs
                  WHERE job_id = jobs.id AND scheduled_for = $4) AS ordinal) AS taken
  RETURNING CASE WHEN status = 'queued' THEN pg_notify('scheduler_runs', '')::text END`;
