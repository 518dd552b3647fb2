import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../../database/tokens.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { SCHEDULE_COLUMNS } from '../../jobs/job-columns.ts';
import { readableSchedule } from '../../jobs/job-schedule.ts';
import { fixedZoneNames } from '../../schedules/zones/time-zones.ts';
import { type Aligned, AlignmentsRepository } from './alignments.repository.ts';
import type { StoredJob } from './realignment.ts';
import { ZoneDataRepository } from './zone-data.repository.ts';

/** What one batch has done. */
export interface AlignedBatch extends Aligned {
  /** Whether there may be jobs left. */
  isMore: boolean;
}

const NOTHING: AlignedBatch = { isMore: false, moved: 0, withdrawn: 0 };

/** Brings jobs in line with the zone data that have come into force, one batch after the other. */
@Injectable()
export class RealignmentRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly states: ZoneDataRepository,
    private readonly alignments: AlignmentsRepository,
  ) {}

  /**
   * Goes on with the next `limit` active jobs whose clock a law can move, in one transaction with
   * the note of how far everybody has come: whoever dies, another one goes on from there, and two
   * at a time share the work. Does nothing when data of another release are in force by now.
   *
   * Locks are taken in the order state, jobs by id, their runs, and jobs are locked as by an edit;
   * only those for which there may be something to do.
   */
  async alignNext(version: string, now: Date, limit: number): Promise<AlignedBatch> {
    return inTransaction(this.pool, async (transaction) => {
      const state = await this.states.lock(transaction);
      const { since, doneUpTo } = state;
      if (state.version !== version || doneUpTo === null) return NOTHING;

      const page = await this.page(transaction, doneUpTo, limit);
      const concerned = await this.concerned(transaction, page, since);
      const jobs = await this.lockJobs(transaction, concerned);
      const done = await this.alignments.align(transaction, jobs, { since, now });
      const isMore = page.length === limit;
      await this.states.save(transaction, { ...state, doneUpTo: isMore ? page.at(-1)!.id : null });
      return { ...done, isMore };
    });
  }

  /**
   * The active jobs that bear no delay, in order: those that are due by `now`, and those that have
   * runs planned, which start by themselves.
   */
  async urgent(now: Date): Promise<number[]> {
    // Served by jobs_next_run_idx and runs_job_id_idx: reads what is due, and living runs.
    const { rows } = await this.pool.query<{ id: number }>({
      name: 'realignment.urgent',
      text: `SELECT id FROM jobs WHERE is_active AND next_run <= $1
              UNION
             SELECT job_id FROM runs
              WHERE wake_at IS NOT NULL AND status = 'planned' AND ordinal = 0
              ORDER BY id`,
      values: [now],
    });
    return rows.map(({ id }) => id);
  }

  /** Brings these jobs in line, in one transaction; does nothing as above. */
  async alignThese(version: string, now: Date, ids: readonly number[]): Promise<Aligned> {
    return inTransaction(this.pool, async (transaction) => {
      const state = await this.states.lock(transaction);
      if (state.version !== version) return NOTHING;

      const jobs = await this.lockJobs(transaction, ids);
      return this.alignments.align(transaction, jobs, { since: state.since, now });
    });
  }

  private async page(transaction: Transaction, after: number, limit: number): Promise<StoredJob[]> {
    // Served by the primary key.
    const { rows } = await transaction.query<StoredJob>({
      name: 'realignment.page',
      text: `SELECT id, next_run AS "nextRun", updated_at AS "updatedAt", ${SCHEDULE_COLUMNS}
               FROM jobs
              WHERE id > $1 AND is_active AND timezone <> ALL($2::text[])
              ORDER BY id
              LIMIT $3`,
      values: [after, fixedZoneNames(), limit],
    });
    return rows;
  }

  /** Jobs that have another next instant by the new data, or runs that may be planned wrongly. */
  private async concerned(
    transaction: Transaction,
    page: readonly StoredJob[],
    since: Date,
  ): Promise<number[]> {
    if (page.length === 0) return [];
    // Served by runs_job_id_idx, which holds living runs only.
    const { rows } = await transaction.query<{ jobId: number }>({
      name: 'realignment.planned',
      text: `SELECT DISTINCT job_id AS "jobId" FROM runs
              WHERE job_id BETWEEN $1 AND $2 AND wake_at IS NOT NULL AND status = 'planned'`,
      values: [page[0]?.id, page.at(-1)?.id],
    });
    const planned = new Set(rows.map(({ jobId }) => jobId));
    return page
      .filter((job) => planned.has(job.id) || hasAnotherNext(job, since))
      .map(({ id }) => id);
  }

  private async lockJobs(transaction: Transaction, ids: readonly number[]): Promise<StoredJob[]> {
    if (ids.length === 0) return [];
    const { rows } = await transaction.query<StoredJob>({
      name: 'realignment.lock',
      text: `SELECT id, next_run AS "nextRun", updated_at AS "updatedAt", ${SCHEDULE_COLUMNS}
               FROM jobs
              WHERE id = ANY($1::integer[]) AND is_active AND timezone <> ALL($2::text[])
              ORDER BY id
                FOR NO KEY UPDATE OF jobs`,
      values: [ids, fixedZoneNames()],
    });
    return rows;
  }
}

function hasAnotherNext(job: StoredJob, since: Date): boolean {
  const agenda = readableSchedule(job);
  return agenda !== null && agenda.next(since)?.getTime() !== job.nextRun?.getTime();
}
