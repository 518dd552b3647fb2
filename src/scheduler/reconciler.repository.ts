import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction } from '../database/transaction.ts';
import { SCHEDULE_COLUMNS } from '../jobs/job-columns.ts';
import { JobEndingsRepository } from '../jobs/job-endings.repository.ts';
import type { ScheduleFields } from '../jobs/job-schedule.ts';

/** An active job without a next instant. */
export type StrayJob = ScheduleFields & {
  id: number;
  /** Everything up to here has been planned, or was settled by an edit. */
  settledUntil: Date;
  /** Whether an occurrence of it has yet to start; a last one completes the job itself. */
  isWaiting: boolean;
};

/** Finds and repairs what no other part looks at. */
@Injectable()
export class ReconcilerRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly endings: JobEndingsRepository,
  ) {}

  /**
   * Gives active jobs without a next instant what `nextOf` answers. Those for which it answers
   * null are completed; those for which it answers undefined are left alone.
   */
  async repair(
    limit: number,
    now: Date,
    nextOf: (job: StrayJob) => Date | null | undefined,
  ): Promise<number> {
    return inTransaction(this.pool, async (transaction) => {
      // Served by jobs_next_run_idx (which holds the nulls too), then by the key of runs.
      const { rows } = await transaction.query<StrayJob>(
        `SELECT id, ${SCHEDULE_COLUMNS},
                greatest(updated_at, (SELECT max(scheduled_for) FROM runs
                                       WHERE job_id = jobs.id AND ordinal = 0)) AS "settledUntil",
                EXISTS (SELECT FROM runs
                         WHERE job_id = jobs.id AND ordinal = 0 AND attempt = 0
                           AND wake_at IS NOT NULL) AS "isWaiting"
           FROM jobs
          WHERE is_active AND next_run IS NULL
          LIMIT $1
            FOR NO KEY UPDATE OF jobs SKIP LOCKED`,
        [limit],
      );
      const answers = rows.map((job) => ({ id: job.id, next: nextOf(job) }));
      const repaired = answers.filter(({ next }) => next instanceof Date);
      await transaction.query(
        `UPDATE jobs SET next_run = repaired.next_run
           FROM unnest($1::integer[], $2::timestamptz[]) AS repaired (id, next_run)
          WHERE jobs.id = repaired.id`,
        [repaired.map(({ id }) => id), repaired.map(({ next }) => next)],
      );
      const ended = answers.filter(({ next }) => next === null).map(({ id }) => id);
      await this.endings.complete(transaction, ended, now);
      return repaired.length;
    });
  }
}
