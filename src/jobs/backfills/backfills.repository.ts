import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../../database/tokens.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { type RunKey, WAITING } from '../../runs/run.ts';
import { JobChangesRepository } from '../job-changes.repository.ts';
import type { Job } from '../job.ts';
import type { BackfillStart } from './backfill.ts';

/** Queues runs for instants of the past. */
@Injectable()
export class BackfillsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly changes: JobChangesRepository,
  ) {}

  /**
   * Queues what `plan` makes of the job, which it sees under its lock together with the time, and
   * answers the keys, oldest instant first; undefined when there is no such job.
   */
  async backfill(
    namespaceId: number,
    id: number,
    plan: (job: Job, now: Date) => BackfillStart[],
  ): Promise<RunKey[] | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      const locked = await this.changes.lock(transaction, namespaceId, id);
      if (!locked) return undefined;

      const { job, now } = locked;
      return this.insert(transaction, job, plan(job, now), now);
    });
  }

  private async insert(
    transaction: Transaction,
    job: Job,
    starts: BackfillStart[],
    now: Date,
  ): Promise<RunKey[]> {
    if (starts.length === 0) return [];

    // One look-up by primary key for each run: it stands beside whatever there is at its instant.
    const { rows } = await transaction.query<Omit<RunKey, 'jobId'>>({
      name: 'backfills.insert',
      text: `WITH holding AS (
               UPDATE jobs SET has_held_back = true
                WHERE id = $1 AND $4 < ANY($7::timestamptz[])
             )
             INSERT INTO runs (job_id, namespace_id, priority, scheduled_for, nominal_for, ordinal,
                               status, trigger, reason, queued_at, wake_at)
             SELECT $1, $2, $3, start.scheduled_for, start.nominal_for,
                    coalesce(taken.ordinal, 0) + 1, 'queued', 'backfill',
                    CASE WHEN start.wake_at > $4 THEN '${WAITING}' END, $4, start.wake_at
               FROM unnest($5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
                 AS start (scheduled_for, nominal_for, wake_at)
              CROSS JOIN LATERAL (
                    SELECT max(ordinal) AS ordinal FROM runs
                     WHERE job_id = $1 AND scheduled_for = start.scheduled_for) AS taken
             RETURNING scheduled_for AS "scheduledFor", ordinal`,
      values: [
        job.id,
        job.namespaceId,
        job.priority,
        now,
        starts.map(({ scheduledFor }) => scheduledFor),
        starts.map(({ nominalFor }) => nominalFor),
        starts.map(({ wakeAt }) => wakeAt),
      ],
    });
    await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
    return rows
      .map((row) => ({ jobId: job.id, ...row }))
      .sort((one, other) => one.scheduledFor.getTime() - other.scheduledFor.getTime());
  }
}
