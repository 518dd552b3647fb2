import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import type { RunKey } from '../runs/run.ts';
import { JOB_COLUMNS } from './job-columns.ts';
import { JobKeyTakenError } from './job-errors.ts';
import type { JobChange, LedgerChange } from './job-change.ts';
import type { Job, JobDefinition } from './job.ts';

/** A new job: what the user set, and what follows from it. */
export type NewJob = JobDefinition &
  Pick<Job, 'namespaceId' | 'nextRun' | 'pausedAt' | 'createdAt'>;

const UNIQUE_VIOLATION = '23505';

/** The jobs, one at a time: reading, creating, and changing under a lock. */
@Injectable()
export class JobsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly ledger: LedgerRepository,
  ) {}

  async find(namespaceId: number, id: number): Promise<Job | undefined> {
    const { rows } = await this.pool.query<Job>({
      name: 'jobs.find',
      text: `SELECT ${JOB_COLUMNS} FROM jobs
              WHERE id = $2 AND namespace_id = $1 AND deleted_at IS NULL`,
      values: [namespaceId, id],
    });
    return rows[0];
  }

  async findByKey(namespaceId: number, key: string): Promise<Job | undefined> {
    const { rows } = await this.pool.query<Job>({
      name: 'jobs.findByKey',
      text: `SELECT ${JOB_COLUMNS} FROM jobs
              WHERE key = $2 AND namespace_id = $1 AND deleted_at IS NULL`,
      values: [namespaceId, key],
    });
    return rows[0];
  }

  async create(job: NewJob): Promise<Job> {
    const { rows } = await this.pool
      .query<Job>({
        name: 'jobs.create',
        text: `INSERT INTO jobs (namespace_id, key, name, description, type, payload, schedule,
                                 timezone, dst, start_at, end_at, retry, timeout_ms, labels,
                                 is_active, next_run, paused_at, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                       $18, $18)
               RETURNING ${JOB_COLUMNS}`,
        values: [
          job.namespaceId,
          ...definitionValues(job),
          job.nextRun,
          job.pausedAt,
          job.createdAt,
        ],
      })
      .catch((error: unknown) => throwKeyTaken(error, job.key));
    return rows[0] as Job;
  }

  /**
   * Changes one job under its lock, together with its runs, in one transaction: once the answer
   * is out, nothing of the old definition is left that could start.
   * @param decide sees the job as it is under the lock; throws to leave everything as it is.
   */
  async change(
    namespaceId: number,
    id: number,
    decide: (job: Job) => JobChange,
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const job = await this.lock(transaction, namespaceId, id);
      if (!job) return undefined;

      const change = decide(job);
      if (change.job === job) return job;
      await this.settle(transaction, job, change.ledger);
      return this.save(transaction, change.job);
    });
  }

  /** Buries a job: its living runs are cancelled, its history stays. Answers the job as it was. */
  async delete(
    namespaceId: number,
    id: number,
    decide: (job: Job) => LedgerChange,
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const job = await this.lock(transaction, namespaceId, id);
      if (!job) return undefined;

      const ledger = decide(job);
      await this.settle(transaction, job, ledger);
      await transaction.query(
        `UPDATE jobs SET deleted_at = $2, is_active = false, next_run = NULL WHERE id = $1`,
        [id, ledger.at],
      );
      await transaction.query(`SELECT pg_notify('scheduler_cancelled', $1)`, [String(id)]);
      return job;
    });
  }

  /** Queues a run at `now` and wakes the workers; undefined when there is no such job. */
  async trigger(
    namespaceId: number,
    id: number,
    now: Date,
    payload: unknown,
  ): Promise<RunKey | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const job = await this.lock(transaction, namespaceId, id);
      if (!job) return undefined;

      const key = await this.ledger.insertManual(transaction, job, now, payload);
      await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
      return key;
    });
  }

  /** Tells the planners that a job is due before they would look again by themselves. */
  async announce(): Promise<void> {
    await this.pool.query(`SELECT pg_notify('scheduler_jobs', '')`);
  }

  private async lock(
    transaction: Transaction,
    namespaceId: number,
    id: number,
  ): Promise<Job | undefined> {
    const { rows } = await transaction.query<Job>({
      name: 'jobs.lock',
      text: `SELECT ${JOB_COLUMNS} FROM jobs
              WHERE id = $2 AND namespace_id = $1 AND deleted_at IS NULL
                FOR NO KEY UPDATE`,
      values: [namespaceId, id],
    });
    return rows[0];
  }

  private async save(transaction: Transaction, job: Job): Promise<Job> {
    const { rows } = await transaction
      .query<Job>({
        name: 'jobs.save',
        text: `UPDATE jobs
                  SET key = $2, name = $3, description = $4, type = $5, payload = $6, schedule = $7,
                      timezone = $8, dst = $9, start_at = $10, end_at = $11, retry = $12,
                      timeout_ms = $13, labels = $14, is_active = $15, next_run = $16,
                      paused_at = $17, paused_reason = $18, revision = $19, updated_at = $20
                WHERE id = $1
               RETURNING ${JOB_COLUMNS}`,
        values: [
          job.id,
          ...definitionValues(job),
          job.nextRun,
          job.pausedAt,
          job.pausedReason,
          job.revision,
          job.updatedAt,
        ],
      })
      .catch((error: unknown) => throwKeyTaken(error, job.key));
    return rows[0] as Job;
  }

  private async settle(transaction: Transaction, job: Job, change: LedgerChange): Promise<void> {
    const { at, withdraw, waiting, cancel, ranges } = change;
    if (withdraw) await this.ledger.withdrawPlanned(transaction, job.id, at);
    if (waiting) await this.ledger.skipWaiting(transaction, job.id, at, waiting);
    if (cancel) await this.ledger.cancel(transaction, job.id, at, cancel);
    for (const range of ranges) {
      await this.ledger.insertSkippedRange(transaction, job, range, at);
    }
  }
}

function definitionValues(job: JobDefinition): unknown[] {
  return [
    job.key,
    job.name,
    job.description,
    job.type,
    job.payload === null || job.payload === undefined ? null : JSON.stringify(job.payload),
    job.schedule,
    job.timezone,
    job.dst,
    job.startAt,
    job.endAt,
    job.retry,
    job.timeoutMs,
    job.labels,
    job.isActive,
  ];
}

function throwKeyTaken(error: unknown, key: string | null): never {
  const taken = error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION;
  throw taken ? new JobKeyTakenError(key ?? '') : error;
}
