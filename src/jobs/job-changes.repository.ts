import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import type { Transaction } from '../database/transaction.ts';
import { LedgerRepository, type SkippedRangeWithReason } from '../runs/ledger.repository.ts';
import { rangeWithout } from '../schedules/skipped-range.ts';
import type { JobChange, LedgerChange } from './job-change.ts';
import { DEFINITION_COLUMNS, definitionValues, JOB_COLUMNS } from './job-columns.ts';
import { throwConflict } from './job-conflicts.ts';
import { readableSchedule } from './job-schedule.ts';
import type { Job } from './job.ts';
import { endPause } from './pauses/pause-end.ts';
import type { Actor } from './revision.ts';
import { RevisionsRepository } from './revisions.repository.ts';

const DEFINITION = Object.values(DEFINITION_COLUMNS);

/** A job that nobody else changes until the transaction ends, and the time since when. */
export interface LockedJob {
  job: Job;
  now: Date;
}

/**
 * Changes of a job, inside the transaction of whoever makes them: the job, its runs, and the
 * revision that tells of it change together.
 */
@Injectable()
export class JobChangesRepository {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly revisions: RevisionsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * The job as it is from now on until the transaction ends. A pause that is over is ended, though
   * nobody has come to it yet: no change may count what is due after it as a part of it.
   */
  async lock(
    transaction: Transaction,
    namespaceId: number,
    id: number,
  ): Promise<LockedJob | undefined> {
    const { rows } = await transaction.query<Job>({
      name: 'jobs.lock',
      text: `SELECT ${JOB_COLUMNS} FROM jobs
              WHERE id = $2 AND namespace_id = $1 AND deleted_at IS NULL
                FOR NO KEY UPDATE`,
      values: [namespaceId, id],
    });
    const [job] = rows;
    if (!job) return undefined;

    // Asked under the lock: what is remembered of the time may be older than what another instance
    // has started, and no change may be dated before what it has to settle.
    const now = await this.clock.read();
    const ended = endPause(job, now);
    return { job: ended ? await this.resume(transaction, job, ended) : job, now };
  }

  /** Stores that `job` goes on by itself. It may be due before the planners would look again. */
  async resume(transaction: Transaction, job: Job, change: JobChange): Promise<Job> {
    const resumed = await this.apply(transaction, job, change, 'scheduler');
    if (resumed.nextRun) await transaction.query(`SELECT pg_notify('scheduler_jobs', '')`);
    return resumed;
  }

  /** Stores what has become of `job`, whose lock the caller holds, and answers it. */
  async apply(
    transaction: Transaction,
    job: Job,
    { job: changed, ledger, action }: JobChange,
    actor: Actor,
  ): Promise<Job> {
    if (changed === job) return job;
    await this.settle(transaction, job, ledger);
    const saved = await this.save(transaction, changed, forgetsFailures(job, changed));
    await this.revisions.record(transaction, saved, { action, actor, at: ledger.at });
    return saved;
  }

  /** Buries `job`, whose lock the caller holds, and has the workers end its runs. */
  async bury(transaction: Transaction, job: Job, ledger: LedgerChange): Promise<void> {
    const { at } = ledger;
    await this.settle(transaction, job, ledger);
    await transaction.query(
      `UPDATE jobs
          SET deleted_at = $2, is_active = false, next_run = NULL, paused_until = NULL,
              revision = revision + 1
        WHERE id = $1`,
      [job.id, at],
    );
    const buried = { ...job, isActive: false, revision: job.revision + 1 };
    await this.revisions.record(transaction, buried, { action: 'deleted', actor: 'api', at });
    await transaction.query(`SELECT pg_notify('scheduler_cancelled', $1)`, [String(job.id)]);
  }

  private async save(transaction: Transaction, job: Job, forgets: boolean): Promise<Job> {
    const { rows } = await transaction
      .query<Job>({
        name: 'jobs.save',
        text: SAVE,
        values: [
          job.id,
          job.nextRun,
          job.pausedAt,
          job.pausedReason,
          job.pausedUntil,
          job.revision,
          job.updatedAt,
          JSON.stringify(job.exceptions),
          forgets,
          ...definitionValues(job),
        ],
      })
      .catch((error: unknown) => throwConflict(error, job));
    return rows[0] as Job;
  }

  private async settle(transaction: Transaction, job: Job, change: LedgerChange): Promise<void> {
    const { at, withdraw, waiting, cancel, ranges } = change;
    if (withdraw) await this.ledger.withdrawPlanned(transaction, [job.id], at);
    if (waiting) await this.ledger.skipWaiting(transaction, job.id, at, waiting);
    if (cancel) await this.ledger.cancel(transaction, job.id, at, cancel);
    for (const range of ranges) await this.settleRange(transaction, job, range, at);
  }

  /** Some of its instants may have rows already: what was cancelled ahead of its time. */
  private async settleRange(
    transaction: Transaction,
    job: Job,
    range: SkippedRangeWithReason,
    at: Date,
  ): Promise<void> {
    const taken = await this.ledger.occurrencesIn(transaction, [{ ...range, jobId: job.id }]);
    const schedule = readableSchedule(job);
    const parts = schedule ? rangeWithout(schedule, range, taken.get(job.id) ?? []) : [range];
    for (const part of parts) {
      await this.ledger.insertSkippedRange(transaction, job, { ...range, ...part }, at);
    }
  }
}

/** Failures in a row count while they may pause the job; whoever resumes it starts anew. */
function forgetsFailures(before: Job, after: Job): boolean {
  return after.autoPauseAfter === null || (after.isActive && !before.isActive);
}

const SAVE = `
  UPDATE jobs
     SET next_run = $2, paused_at = $3, paused_reason = $4, paused_until = $5, revision = $6,
         updated_at = $7, exceptions = $8,
         failures_in_row = CASE WHEN $9 THEN 0 ELSE failures_in_row END,
         ${DEFINITION.map((column, index) => `${column} = $${index + 10}`).join(', ')}
   WHERE id = $1
  RETURNING ${JOB_COLUMNS}`;
