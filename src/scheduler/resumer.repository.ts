import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction } from '../database/transaction.ts';
import type { JobChange } from '../jobs/job-change.ts';
import { JobChangesRepository } from '../jobs/job-changes.repository.ts';
import { JOB_COLUMNS } from '../jobs/job-columns.ts';
import type { Job } from '../jobs/job.ts';

/** Finds and ends the pauses that are to end by themselves. */
@Injectable()
export class ResumerRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly changes: JobChangesRepository,
  ) {}

  /**
   * Changes one job whose pause is over at `now`, and answers what it has become; undefined when
   * there is none. One in a transaction: a job that cannot be changed keeps no other back.
   *
   * SKIP LOCKED lets resumers share the work, and passes over a job that is being edited: whoever
   * edits it ends its pause as well.
   * @param except ids of jobs to leave alone.
   */
  async resume(
    now: Date,
    except: readonly number[],
    decide: (job: Job) => JobChange,
  ): Promise<Job | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      // Served by jobs_paused_until_idx.
      const { rows } = await transaction.query<Job>({
        name: 'resumer.lockNext',
        text: `SELECT ${JOB_COLUMNS} FROM jobs
                WHERE paused_until <= $1 AND id <> ALL($2::integer[])
                ORDER BY paused_until
                LIMIT 1
                  FOR NO KEY UPDATE OF jobs SKIP LOCKED`,
        values: [now, except],
      });
      const [job] = rows;
      return job && this.changes.resume(transaction, job, decide(job));
    });
  }

  /** The next instant at which a pause ends. */
  async earliestEnd(except: readonly number[]): Promise<Date | undefined> {
    // Served by jobs_paused_until_idx: one look at its first entry.
    const { rows } = await this.pool.query<{ pausedUntil: Date }>({
      name: 'resumer.earliest',
      text: `SELECT paused_until AS "pausedUntil" FROM jobs
              WHERE paused_until IS NOT NULL AND id <> ALL($1::integer[])
              ORDER BY paused_until
              LIMIT 1`,
      values: [except],
    });
    return rows[0]?.pausedUntil;
  }
}
