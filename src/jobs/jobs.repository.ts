import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { InvalidRequestError } from '../common/errors.ts';
import { POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import type { RunKey } from '../runs/run.ts';
import { DEFINITION_COLUMNS, definitionValues, JOB_COLUMNS } from './job-columns.ts';
import { JobKeyTakenError } from './job-errors.ts';
import type { JobChange, LedgerChange } from './job-change.ts';
import type { Job, JobDefinition } from './job.ts';
import { type Actor, snapshotOf } from './revision.ts';
import { RevisionsRepository } from './revisions.repository.ts';

/** A new job: what the user set, and what follows from it. */
export type NewJob = JobDefinition &
  Pick<Job, 'namespaceId' | 'nextRun' | 'pausedAt' | 'createdAt' | 'seed'>;

const DEFINITION = Object.values(DEFINITION_COLUMNS);

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** The jobs, one at a time: reading, creating, and changing under a lock. */
@Injectable()
export class JobsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly ledger: LedgerRepository,
    private readonly revisions: RevisionsRepository,
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

  /** Stores a new job and its first revision, in one statement. */
  async create(job: NewJob): Promise<Job> {
    const { rows } = await this.pool
      .query<Job>({ name: 'jobs.create', text: CREATE, values: creationValues(job) })
      .catch((error: unknown) => throwConflict(error, job));
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
    actor: Actor = 'api',
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const job = await this.lock(transaction, namespaceId, id);
      if (!job) return undefined;

      const change = decide(job);
      if (change.job === job) return job;
      await this.settle(transaction, job, change.ledger);
      const { at } = change.ledger;
      const saved = await this.save(transaction, change.job);
      await this.revisions.record(transaction, saved, { action: change.action, actor, at });
      return saved;
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
      const { at } = ledger;
      await transaction.query(
        `UPDATE jobs
            SET deleted_at = $2, is_active = false, next_run = NULL, paused_until = NULL,
                revision = revision + 1
          WHERE id = $1`,
        [id, at],
      );
      const buried = { ...job, isActive: false, revision: job.revision + 1 };
      await this.revisions.record(transaction, buried, { action: 'deleted', actor: 'api', at });
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
          ...definitionValues(job),
        ],
      })
      .catch((error: unknown) => throwConflict(error, job));
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

const CREATE = `
  WITH created AS (
    INSERT INTO jobs (namespace_id, next_run, paused_at, created_at, updated_at, seed, ${DEFINITION.join(', ')})
    VALUES ($1, $2, $3, $4, $4, $5, ${DEFINITION.map((_, index) => `$${index + 8}`).join(', ')})
    RETURNING ${JOB_COLUMNS}
  ), recorded AS (
    INSERT INTO job_revisions (job_id, revision, namespace_id, action, actor, at, definition)
    SELECT id, revision, "namespaceId", 'created', $6, $4, $7 FROM created
  )
  SELECT * FROM created`;

function creationValues(job: NewJob): unknown[] {
  const { namespaceId, nextRun, pausedAt, createdAt, seed } = job;
  const actor: Actor = 'api';
  const snapshot = snapshotOf({ ...job, exceptions: [], pausedReason: null, pausedUntil: null });
  return [
    namespaceId,
    nextRun,
    pausedAt,
    createdAt,
    seed,
    actor,
    snapshot,
    ...definitionValues(job),
  ];
}

const SAVE = `
  UPDATE jobs
     SET next_run = $2, paused_at = $3, paused_reason = $4, paused_until = $5, revision = $6,
         updated_at = $7, exceptions = $8,
         ${DEFINITION.map((column, index) => `${column} = $${index + 9}`).join(', ')}
   WHERE id = $1
  RETURNING ${JOB_COLUMNS}`;

/** What only the database can see: a key that is taken, or a calendar that there is not. */
function throwConflict(error: unknown, { key, calendar }: JobDefinition): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  if (error.code === UNIQUE_VIOLATION) throw new JobKeyTakenError(key ?? '');
  if (error.code === FOREIGN_KEY_VIOLATION && error.constraint === 'jobs_calendar_fkey') {
    const message = `must be the name of a calendar; there is none named ${calendar}`;
    throw new InvalidRequestError([{ path: 'calendar', message }]);
  }
  throw error;
}
