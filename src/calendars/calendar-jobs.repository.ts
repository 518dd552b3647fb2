import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import type { NamedCalendar } from './named-calendar.ts';

type CalendarKey = Pick<NamedCalendar, 'namespaceId' | 'name'>;

/** Some of the jobs that use a calendar, and how many there are. */
export interface CalendarUsers {
  /** In order. */
  ids: number[];
  count: number;
}

/**
 * The jobs that go by a calendar, and what a change of it does to them, inside the change's own
 * transaction. The caller holds the lock on the calendar's row.
 */
@Injectable()
export class CalendarJobsRepository {
  /** Locks the living jobs that use the calendar, and answers their ids. */
  async lock(transaction: Transaction, { namespaceId, name }: CalendarKey): Promise<number[]> {
    // Served by jobs_calendar_idx. In order of id, as everybody locks who locks several jobs.
    const { rows } = await transaction.query<{ id: number }>({
      name: 'calendarJobs.lock',
      text: `SELECT id FROM jobs
              WHERE namespace_id = $1 AND calendar = $2 AND deleted_at IS NULL
              ORDER BY id
                FOR NO KEY UPDATE`,
      values: [namespaceId, name],
    });
    return rows.map(({ id }) => id);
  }

  /**
   * Takes back what is planned for later than `now`, and has the planners plan it again: by then
   * they see the new calendar. What is due stays, so that a change looks forward only.
   *
   * The caller holds the locks of these jobs. A planner takes a job's lock, passing over jobs that
   * are locked, before it inserts; one that reads the calendar after that cannot plan by the old
   * one once the change is committed: it was here first, and its rows are removed, or it comes
   * later and finds the new rules.
   */
  async planAgain(transaction: Transaction, jobIds: readonly number[], now: Date): Promise<void> {
    // Served by runs_job_id_idx. A job may have no next instant left, or an earlier one: LEAST
    // passes over null.
    const { rowCount } = await transaction.query({
      name: 'calendarJobs.planAgain',
      text: `WITH removed AS (
               DELETE FROM runs
                WHERE job_id = ANY($1::integer[])
                  AND wake_at IS NOT NULL
                  AND status = 'planned'
                  AND ordinal = 0
                  AND scheduled_for > $2
               RETURNING job_id, scheduled_for
             ), earliest AS (
               SELECT job_id, min(scheduled_for) AS instant FROM removed GROUP BY job_id
             )
             UPDATE jobs SET next_run = least(next_run, instant)
               FROM earliest
              WHERE jobs.id = earliest.job_id`,
      values: [jobIds, now],
    });
    if (rowCount) await transaction.query(`SELECT pg_notify('scheduler_jobs', '')`);
  }

  /** The living jobs that use the calendar: all of them counted, the first `limit` by name. */
  async users(
    transaction: Transaction,
    { namespaceId, name }: CalendarKey,
    limit: number,
  ): Promise<CalendarUsers> {
    // Served by jobs_calendar_idx.
    const { rows } = await transaction.query<{ id: number; count: number }>({
      name: 'calendarJobs.users',
      text: `SELECT id, (count(*) OVER ())::integer AS count
               FROM jobs
              WHERE namespace_id = $1 AND calendar = $2 AND deleted_at IS NULL
              ORDER BY id
              LIMIT $3`,
      values: [namespaceId, name, limit],
    });
    return { ids: rows.map(({ id }) => id), count: rows[0]?.count ?? 0 };
  }

  /** Takes the calendar from deleted jobs, whose rows stay for the sake of their history. */
  async forget(transaction: Transaction, { namespaceId, name }: CalendarKey): Promise<void> {
    await transaction.query({
      name: 'calendarJobs.forget',
      text: `UPDATE jobs SET calendar = NULL
              WHERE namespace_id = $1 AND calendar = $2 AND deleted_at IS NOT NULL`,
      values: [namespaceId, name],
    });
  }
}
