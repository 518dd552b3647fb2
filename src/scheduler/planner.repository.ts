import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { CALENDAR_RULES, RULE_COLUMNS } from '../jobs/job-columns.ts';
import { type ScheduleFields, scheduleOf } from '../jobs/job-schedule.ts';
import type { Job } from '../jobs/job.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import { type PlannedRow, plannedRows } from '../runs/planned-rows.ts';
import type { OccurrencePlan } from '../schedules/missed.ts';
import { rangeWithout } from '../schedules/skipped-range.ts';

/** What the planner needs to know of a job. */
export type DueJob = ScheduleFields &
  Pick<Job, 'id' | 'namespaceId' | 'revision' | 'missed' | 'priority'> & {
    nextRun: Date;
  };

type LockedJob = Omit<DueJob, 'calendarRules'> & Pick<Job, 'calendar'>;

type JobRow = PlannedRow & { job: DueJob };

/** A job and what is to become of it; null: it cannot be planned, and is to be taken out. */
export interface PlannedJob {
  job: DueJob;
  plan: OccurrencePlan | null;
}

/** When it is planned, up to when, and what lies back so far that there was an outage. */
export interface PlanningTime {
  now: Date;
  horizon: Date;
  outageBefore: Date;
}

/** Turns due jobs into rows of the ledger. */
@Injectable()
export class PlannerRepository {
  constructor(
    @Inject(ENGINE_POOL) private readonly pool: pg.Pool,
    private readonly ledger: LedgerRepository,
  ) {}

  /**
   * Plans up to `limit` jobs whose next instant lies at or before `horizon`, and moves each to the
   * first instant that is left, in one transaction: after a crash either both happened or neither.
   *
   * SKIP LOCKED lets planners work side by side without waiting for each other, and passes over
   * jobs that are being edited. The primary key of `runs` is the last guard: it also covers what
   * no lock can see, such as a database clock that was set back.
   */
  async planDue(
    { now, horizon, outageBefore, limit }: PlanningTime & { limit: number },
    planOf: (job: DueJob) => OccurrencePlan | null,
  ): Promise<PlannedJob[]> {
    return inTransaction(this.pool, async (transaction) => {
      const due = await this.lockDue(transaction, horizon, limit);
      const known = await this.withCalendars(transaction, due);
      const jobs = await this.takeBack(transaction, known, outageBefore);
      const planned = jobs.map((job) => ({ job, plan: planOf(job) }));
      const rows = await this.rowsOf(transaction, planned);
      if (planned.length > 0) await this.save(transaction, planned, rows, now);
      return planned;
    });
  }

  /** The next instant that any job waits for. */
  async earliestNextRun(): Promise<Date | undefined> {
    // Served by jobs_next_run_idx: one look at its first entry.
    const { rows } = await this.pool.query<{ nextRun: Date }>({
      name: 'planner.earliest',
      text: `SELECT next_run AS "nextRun" FROM jobs
              WHERE is_active AND next_run IS NOT NULL
              ORDER BY next_run
              LIMIT 1`,
    });
    return rows[0]?.nextRun;
  }

  private async lockDue(
    transaction: Transaction,
    horizon: Date,
    limit: number,
  ): Promise<LockedJob[]> {
    // Served by jobs_next_run_idx: reads what is due, not what exists.
    const { rows } = await transaction.query<LockedJob>({
      name: 'planner.lockDue',
      text: `SELECT id, namespace_id AS "namespaceId", revision, missed, priority,
                    next_run AS "nextRun", calendar, ${RULE_COLUMNS}
               FROM jobs
              WHERE is_active AND next_run <= $1
              ORDER BY next_run
              LIMIT $2
                FOR NO KEY UPDATE SKIP LOCKED`,
      values: [horizon, limit],
    });
    return rows;
  }

  /**
   * A statement of its own, after the locks: who changes a calendar locks the jobs that have it
   * first, so that here either the new rules are read, or that change withdraws what is planned.
   */
  private async withCalendars(transaction: Transaction, jobs: LockedJob[]): Promise<DueJob[]> {
    const ids = jobs.filter(({ calendar }) => calendar !== null).map(({ id }) => id);
    if (ids.length === 0) return jobs.map((job) => ({ ...job, calendarRules: null }));

    const { rows } = await transaction.query<{ id: number; calendarRules: string }>({
      name: 'planner.calendars',
      text: `SELECT id, ${CALENDAR_RULES} AS "calendarRules" FROM jobs WHERE id = ANY($1::integer[])`,
      values: [ids],
    });
    const rules = new Map(rows.map(({ id, calendarRules }) => [id, calendarRules]));
    return jobs.map((job) => ({ ...job, calendarRules: rules.get(job.id) ?? null }));
  }

  /**
   * Jobs whose next instant lies before `outageBefore` have been through an outage. What had been
   * planned and was not started either is taken back, so that the outage is planned as a whole.
   */
  private async takeBack(
    transaction: Transaction,
    jobs: DueJob[],
    outageBefore: Date,
  ): Promise<DueJob[]> {
    const overdue = jobs.filter(({ nextRun }) => nextRun <= outageBefore).map(({ id }) => id);
    if (overdue.length === 0) return jobs;

    // Served by runs_job_id_idx.
    const { rows } = await transaction.query<{ jobId: number; earliest: Date }>({
      name: 'planner.takeBack',
      text: `WITH taken AS (
               DELETE FROM runs
                WHERE job_id = ANY($1::integer[])
                  AND wake_at IS NOT NULL
                  AND status = 'planned'
                  AND trigger = 'schedule'
               RETURNING job_id, scheduled_for
             )
             SELECT job_id AS "jobId", min(scheduled_for) AS earliest FROM taken GROUP BY job_id`,
      values: [overdue],
    });
    const earliest = new Map(rows.map((row) => [row.jobId, row.earliest]));
    return jobs.map((job) => ({ ...job, nextRun: earliest.get(job.id) ?? job.nextRun }));
  }

  /** What was cancelled ahead of its time has a row already, and is not missed as well. */
  private async rowsOf(transaction: Transaction, planned: PlannedJob[]): Promise<JobRow[]> {
    const skipped = planned.flatMap(({ job, plan }) =>
      plan?.skipped ? [{ ...plan.skipped, jobId: job.id }] : [],
    );
    const taken = await this.ledger.occurrencesIn(transaction, skipped);
    return planned.flatMap(({ job, plan }) => {
      if (!plan) return [];
      const known = taken.get(job.id) ?? [];
      const ranges = plan.skipped ? rangeWithout(scheduleOf(job), plan.skipped, known) : [];
      return plannedRows(plan, ranges).map((row) => ({ ...row, job }));
    });
  }

  private async save(
    transaction: Transaction,
    planned: PlannedJob[],
    rows: JobRow[],
    now: Date,
  ): Promise<void> {
    if (rows.length > 0) await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
    await transaction.query({
      name: 'planner.save',
      text: `WITH moved AS (
               UPDATE jobs SET next_run = moved.next_run
                 FROM unnest($1::integer[], $2::timestamptz[]) AS moved (id, next_run)
                WHERE jobs.id = moved.id
             )
             INSERT INTO runs (job_id, namespace_id, scheduled_for, nominal_for, trigger, status,
                               wake_at, reason, priority, revision, finished_at, range_from,
                               range_to, range_count)
             SELECT job_id, namespace_id, scheduled_for, nominal_for, trigger,
                    CASE WHEN range_count IS NULL THEN 'planned' ELSE 'skipped' END::run_status,
                    CASE WHEN range_count IS NULL THEN scheduled_for END,
                    reason, priority,
                    CASE WHEN range_count IS NOT NULL THEN revision END,
                    CASE WHEN range_count IS NOT NULL THEN $13::timestamptz END,
                    range_from,
                    CASE WHEN range_count IS NOT NULL THEN scheduled_for END,
                    range_count
               FROM unnest($3::integer[], $4::integer[], $5::integer[], $6::smallint[],
                           $7::timestamptz[], $8::timestamptz[], $9::run_trigger[], $10::text[],
                           $11::timestamptz[], $12::integer[])
                 AS planned (job_id, namespace_id, revision, priority, scheduled_for, nominal_for,
                             trigger, reason, range_from, range_count)
                 ON CONFLICT (job_id, scheduled_for, ordinal) DO NOTHING`,
      values: [
        planned.map(({ job }) => job.id),
        planned.map(({ plan }) => plan?.next ?? null),
        rows.map(({ job }) => job.id),
        rows.map(({ job }) => job.namespaceId),
        rows.map(({ job }) => job.revision),
        rows.map(({ job }) => job.priority),
        rows.map(({ scheduledFor }) => scheduledFor),
        rows.map(({ nominalFor }) => nominalFor),
        rows.map(({ trigger }) => trigger),
        rows.map(({ reason }) => reason),
        rows.map(({ rangeFrom }) => rangeFrom),
        rows.map(({ rangeCount }) => rangeCount),
        now,
      ],
    });
  }
}
