import { Injectable } from '@nestjs/common';
import type { Queryable } from '../database/transaction.ts';

/**
 * Runs that wait for another run of their job to end: `queued`, with the reason `waiting`. Whoever
 * ends a run releases one of them; the rescuer does it for whoever could not. The last start that
 * a job may have releases all: there is nothing any more that they could wait for.
 */
@Injectable()
export class HeldBackRepository {
  /**
   * Makes the next held back runs due at `now`, and wakes the workers.
   * @param jobIds as often as a job is named, so many of its runs.
   */
  async release(connection: Queryable, jobIds: readonly number[], now: Date): Promise<void> {
    const holding = await this.jobsThatHold(connection, jobIds);
    if (holding.size === 0) return;

    // Served by runs_job_id_idx. Whichever is taken, the order among the others stays.
    await connection.query({
      name: 'heldBack.release',
      text: `WITH next AS (
               SELECT run.*
                 FROM (SELECT id, count(*) AS runs FROM unnest($1::integer[]) AS named (id)
                        GROUP BY id) AS owner
                CROSS JOIN LATERAL (
                      SELECT job_id, scheduled_for, ordinal FROM runs
                       WHERE job_id = owner.id AND wake_at > $2
                         AND status = 'queued' AND reason = 'waiting'
                       ORDER BY priority DESC, scheduled_for, ordinal
                       LIMIT owner.runs) AS run
             ), released AS (
               UPDATE runs SET wake_at = $2
                 FROM next
                WHERE runs.job_id = next.job_id
                  AND runs.scheduled_for = next.scheduled_for
                  AND runs.ordinal = next.ordinal
                  AND runs.status = 'queued'
               RETURNING 1
             )
             SELECT pg_notify('scheduler_runs', '') FROM released LIMIT 1`,
      values: [jobIds.filter((id) => holding.has(id)), now],
    });
  }

  /** Makes all held back runs of these jobs due at `now`. */
  async releaseAll(connection: Queryable, jobIds: readonly number[], now: Date): Promise<void> {
    // Served by runs_job_id_idx.
    await connection.query({
      name: 'heldBack.releaseAll',
      text: `WITH released AS (
               UPDATE runs SET wake_at = $2
                WHERE job_id = ANY($1::integer[]) AND wake_at > $2
                  AND status = 'queued' AND reason = 'waiting'
               RETURNING 1
             )
             SELECT pg_notify('scheduler_runs', '') FROM released LIMIT 1`,
      values: [jobIds, now],
    });
  }

  /**
   * Makes the next one due of jobs of which no run is active, so that nobody else would: the last
   * one ended while this one was being held back, or its worker died before it could release.
   * @param jobIds only these; all jobs, when left out.
   */
  async releaseIdle(connection: Queryable, now: Date, jobIds?: readonly number[]): Promise<void> {
    const { rows } = await connection.query<{ id: number }>(
      `SELECT id FROM jobs
        WHERE has_held_back
          AND ($1::integer[] IS NULL OR id = ANY($1))
          AND NOT EXISTS (SELECT FROM runs
                           WHERE job_id = jobs.id AND wake_at IS NOT NULL
                             AND (status = 'running' OR (status = 'queued' AND attempt > 0)))`,
      [jobIds ?? null],
    );
    const idle = rows.map(({ id }) => id);
    await this.release(connection, idle, now);
  }

  private async jobsThatHold(
    connection: Queryable,
    jobIds: readonly number[],
  ): Promise<ReadonlySet<number>> {
    // Served by jobs_has_held_back_idx, which is nearly always empty.
    const { rows } = await connection.query<{ id: number }>({
      name: 'heldBack.jobs',
      text: 'SELECT id FROM jobs WHERE has_held_back AND id = ANY($1::integer[])',
      values: [jobIds],
    });
    return new Set(rows.map(({ id }) => id));
  }
}
