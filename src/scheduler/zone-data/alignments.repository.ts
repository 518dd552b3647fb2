import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction.ts';
import { readableSchedule } from '../../jobs/job-schedule.ts';
import { LedgerRepository } from '../../runs/ledger.repository.ts';
import { ZONE_DATA } from '../../runs/run.ts';
import {
  type Alignment,
  type Moments,
  type PlannedRun,
  Realignment,
  type StoredJob,
} from './realignment.ts';

/** What has become of some jobs. */
export interface Aligned {
  /** Jobs that have another next instant now. */
  moved: number;
  /** Planned runs whose instant was not due any more. */
  withdrawn: number;
}

/** An instant of a job. */
type Instant = readonly [jobId: number, at: Date];

/** Rows do not reach so far. */
const END_OF_TIME = new Date('9999-12-31T23:59:59Z');

/**
 * Brings jobs and their planned runs in line with the zone data in use, inside the transaction of
 * whoever holds the locks of the jobs. A job whose schedule cannot be read stays as it is.
 */
@Injectable()
export class AlignmentsRepository {
  constructor(private readonly ledger: LedgerRepository) {}

  async align(
    transaction: Transaction,
    jobs: readonly StoredJob[],
    moments: Moments,
  ): Promise<Aligned> {
    if (jobs.length === 0) return { moved: 0, withdrawn: 0 };

    const planned = await this.plannedRuns(transaction, jobs);
    const needed = jobs
      .flatMap((job) => {
        const agenda = readableSchedule(job);
        const runs = planned.get(job.id) ?? [];
        return agenda ? [new Realignment(job, agenda, runs, moments)] : [];
      })
      .filter(({ isNeeded }) => isNeeded);
    const alignments = await this.outcomes(transaction, needed);
    return this.store(transaction, alignments, moments.now);
  }

  private async plannedRuns(
    transaction: Transaction,
    jobs: readonly StoredJob[],
  ): Promise<Map<number, PlannedRun[]>> {
    // Served by runs_job_id_idx.
    const { rows } = await transaction.query<PlannedRun & { jobId: number }>({
      name: 'alignments.planned',
      text: `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor",
                    nominal_for AS "nominalFor", reason
               FROM runs
              WHERE job_id = ANY($1::integer[])
                AND wake_at IS NOT NULL
                AND status = 'planned'
                AND ordinal = 0
              ORDER BY scheduled_for`,
      values: [jobs.map(({ id }) => id)],
    });
    const runs = new Map<number, PlannedRun[]>(jobs.map(({ id }) => [id, []]));
    for (const { jobId, ...run } of rows) runs.get(jobId)?.push(run);
    return runs;
  }

  private async outcomes(
    transaction: Transaction,
    needed: readonly Realignment[],
  ): Promise<Alignment[]> {
    const lastRows = await this.lastRows(transaction, needed);
    const settled = needed.map((realignment) => ({
      realignment,
      until: realignment.settledUntil(lastRows.get(realignment.job.id) ?? null),
    }));
    const taken = await this.ledger.occurrencesIn(
      transaction,
      settled.map(({ realignment, until }) => ({
        jobId: realignment.job.id,
        from: until,
        to: END_OF_TIME,
      })),
    );
    return settled.map(({ realignment, until }) =>
      realignment.outcome(until, taken.get(realignment.job.id) ?? []),
    );
  }

  /** For the jobs that owe something: the last instant before it that has a row. */
  private async lastRows(
    transaction: Transaction,
    needed: readonly Realignment[],
  ): Promise<Map<number, Date | null>> {
    const owing = needed.filter(({ owedFrom }) => owedFrom !== null);
    if (owing.length === 0) return new Map();

    // Served by the primary key of runs, newest first.
    const { rows } = await transaction.query<{ jobId: number; lastRow: Date | null }>({
      name: 'alignments.lastRows',
      text: `SELECT owing.job_id AS "jobId",
                    (SELECT max(scheduled_for) FROM runs
                      WHERE runs.job_id = owing.job_id
                        AND scheduled_for < owing.owed_from
                        AND ordinal = 0) AS "lastRow"
               FROM unnest($1::integer[], $2::timestamptz[]) AS owing (job_id, owed_from)`,
      values: [owing.map(({ job }) => job.id), owing.map(({ owedFrom }) => owedFrom)],
    });
    return new Map(rows.map(({ jobId, lastRow }) => [jobId, lastRow]));
  }

  private async store(
    transaction: Transaction,
    alignments: readonly Alignment[],
    now: Date,
  ): Promise<Aligned> {
    const withdrawn = instants(alignments, ({ withdrawn: runs }) => runs);
    const removed = instants(alignments, ({ removed: runs }) => runs);
    const moved = alignments.filter(({ isMoved }) => isMoved);
    if (withdrawn.length > 0) await this.withdraw(transaction, withdrawn, now);
    if (removed.length > 0) await this.remove(transaction, removed);
    if (moved.length > 0) await this.move(transaction, moved);
    return { moved: moved.length, withdrawn: withdrawn.length };
  }

  /** Their rows stay, and say why nothing was run. */
  private async withdraw(
    transaction: Transaction,
    runs: readonly Instant[],
    now: Date,
  ): Promise<void> {
    // Served by the primary key.
    await transaction.query({
      name: 'alignments.withdraw',
      text: `UPDATE runs
                SET status = 'cancelled', reason = $4, finished_at = $3, wake_at = NULL,
                    fence = fence + 1
               FROM unnest($1::integer[], $2::timestamptz[]) AS none (job_id, scheduled_for)
              WHERE runs.job_id = none.job_id
                AND runs.scheduled_for = none.scheduled_for
                AND runs.ordinal = 0
                AND runs.status = 'planned'`,
      values: [...columns(runs), now, ZONE_DATA],
    });
  }

  /** They are due, and are planned again as soon as the job's next instant is. */
  private async remove(transaction: Transaction, runs: readonly Instant[]): Promise<void> {
    // Served by the primary key.
    await transaction.query({
      name: 'alignments.remove',
      text: `DELETE FROM runs
              USING unnest($1::integer[], $2::timestamptz[]) AS early (job_id, scheduled_for)
              WHERE runs.job_id = early.job_id
                AND runs.scheduled_for = early.scheduled_for
                AND runs.ordinal = 0
                AND runs.status = 'planned'`,
      values: columns(runs),
    });
  }

  private async move(transaction: Transaction, jobs: readonly Alignment[]): Promise<void> {
    await transaction.query(`SELECT pg_notify('scheduler_jobs', '')`);
    await transaction.query({
      name: 'alignments.move',
      text: `UPDATE jobs SET next_run = moved.next_run
               FROM unnest($1::integer[], $2::timestamptz[]) AS moved (id, next_run)
              WHERE jobs.id = moved.id`,
      values: [jobs.map(({ jobId }) => jobId), jobs.map(({ nextRun }) => nextRun)],
    });
  }
}

function instants(
  alignments: readonly Alignment[],
  of: (alignment: Alignment) => readonly Date[],
): Instant[] {
  return alignments.flatMap((alignment) =>
    of(alignment).map((at): Instant => [alignment.jobId, at]),
  );
}

function columns(runs: readonly Instant[]): [number[], Date[]] {
  return [runs.map(([jobId]) => jobId), runs.map(([, at]) => at)];
}
