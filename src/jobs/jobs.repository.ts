import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';
import { inEffect, inTransaction, type Queryable } from '../database/transaction.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import type { RunKey } from '../runs/run.ts';
import { ChainsRepository } from './chains.repository.ts';
import { targetsOf } from './chains.ts';
import { DEFINITION_COLUMNS, definitionValues, JOB_COLUMNS } from './job-columns.ts';
import type { JobChange, LedgerChange } from './job-change.ts';
import { JobChangesRepository } from './job-changes.repository.ts';
import { throwConflict } from './job-conflicts.ts';
import type { Job, JobDefinition } from './job.ts';
import { type Actor, snapshotOf } from './revision.ts';

/** A new job: what the user set, and what follows from it. */
export type NewJob = JobDefinition &
  Pick<Job, 'namespaceId' | 'nextRun' | 'pausedAt' | 'createdAt' | 'seed'>;

const DEFINITION = Object.values(DEFINITION_COLUMNS);

/** The jobs, one at a time: reading, creating, and changing under a lock. */
@Injectable()
export class JobsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly changes: JobChangesRepository,
    private readonly chains: ChainsRepository,
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

  /** The ids of the living jobs with these keys. */
  async idsOf(namespaceId: number, keys: readonly string[]): Promise<Map<string, number>> {
    if (keys.length === 0) return new Map();
    const { rows } = await this.pool.query<{ key: string; id: number }>({
      name: 'jobs.idsOf',
      text: `SELECT key, id FROM jobs
              WHERE namespace_id = $1 AND key = ANY($2::text[]) AND deleted_at IS NULL`,
      values: [namespaceId, keys],
    });
    return new Map(rows.map(({ key, id }) => [key, id]));
  }

  /** Stores a new job and its first revision, in one statement unless it starts others. */
  async create(job: NewJob): Promise<Job> {
    if (targetsOf(job).length === 0) {
      return inEffect(this.pool, (connection) => this.insert(connection, job));
    }
    return inTransaction(this.pool, async (transaction) => {
      await this.chains.check(transaction, job);
      return this.insert(transaction, job);
    });
  }

  /** Refuses the jobs that `job` starts and `before` does not, if anything is wrong with them. */
  async checkChains(job: Job, before: Job): Promise<void> {
    await inTransaction(this.pool, (transaction) => this.chains.check(transaction, job, before));
  }

  /**
   * Changes one job under its lock, together with its runs, in one transaction: once the answer
   * is out, nothing of the old definition is left that could start.
   * @param decide sees the job and the time as they are under the lock; throws to leave everything
   * as it is.
   */
  async change(
    namespaceId: number,
    id: number,
    decide: (job: Job, now: Date) => JobChange,
    actor: Actor = 'api',
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const locked = await this.changes.lock(transaction, namespaceId, id);
      if (!locked) return undefined;

      const { job, now } = locked;
      const change = decide(job, now);
      await this.chains.check(transaction, change.job, job);
      return this.changes.apply(transaction, job, change, actor);
    });
  }

  /** Buries a job: its living runs are cancelled, its history stays. Answers the job as it was. */
  async delete(
    namespaceId: number,
    id: number,
    decide: (job: Job, now: Date) => LedgerChange,
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const locked = await this.changes.lock(transaction, namespaceId, id);
      if (!locked) return undefined;

      const { job, now } = locked;
      const ledger = decide(job, now);
      await this.chains.checkUnnamed(transaction, job);
      await this.changes.bury(transaction, job, ledger);
      return job;
    });
  }

  /** Queues a run for right now and wakes the workers; undefined when there is no such job. */
  async trigger(namespaceId: number, id: number, payload: unknown): Promise<RunKey | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const locked = await this.changes.lock(transaction, namespaceId, id);
      if (!locked) return undefined;

      const key = await this.ledger.insertManual(transaction, locked.job, locked.now, payload);
      await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
      return key;
    });
  }

  /** Tells the planners that a job is due before they would look again by themselves. */
  async announce(): Promise<void> {
    await this.pool.query(`SELECT pg_notify('scheduler_jobs', '')`);
  }

  private async insert(connection: Queryable, job: NewJob): Promise<Job> {
    const { rows } = await connection
      .query<Job>({ name: 'jobs.create', text: CREATE, values: creationValues(job) })
      .catch((error: unknown) => throwConflict(error, job));
    return rows[0] as Job;
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
