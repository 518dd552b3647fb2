import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { isRescheduled } from '../jobs/job-change.ts';
import type { Snapshot } from '../jobs/revision.ts';
import { type HeldKey, keyOf } from './held-key.ts';
import type { ClaimedRun } from './judge-claims.ts';

/** A claimed run whose job has been edited since: what it was then, and after each edit. */
type Edited = HeldKey & { attempt: number; before: Snapshot; after: Snapshot[] };

/** Looks again at runs that a process has claimed and could not begin in time. */
@Injectable()
export class LateClaimsRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  /**
   * Gives back those whose job has been edited since they were claimed, and answers the ones that
   * may still begin: somebody has been told that nothing starts from the old definition any more.
   * An occurrence that any of the edits has done away with ends as `cancelled`, be it due again by
   * another one; everything else is queued again, for the new definition. Where the lease has ended, the run is for others to take.
   */
  async confirm(runs: readonly ClaimedRun[], now: Date): Promise<ClaimedRun[]> {
    const edited = await this.edited(runs);
    if (edited.length > 0) await this.giveBack(edited, now);
    const ours = await this.ours(runs, now);
    return runs.filter((run) => ours.has(keyOf(run)));
  }

  private async edited(runs: readonly ClaimedRun[]): Promise<Edited[]> {
    // Served by the primary keys. The end of a schedule is no edit: the claim itself may bring it.
    const { rows } = await this.pool.query<Edited>(
      `SELECT claimed.*, was.definition AS before, edits.definitions AS after
         FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[], $5::integer[],
                     $6::integer[])
           AS claimed ("jobId", "scheduledFor", ordinal, fence, revision, attempt)
         JOIN job_revisions AS was
           ON was.job_id = claimed."jobId" AND was.revision = claimed.revision
        CROSS JOIN LATERAL (
              SELECT jsonb_agg(definition) AS definitions FROM job_revisions
               WHERE job_id = claimed."jobId" AND revision > claimed.revision
                 AND action <> 'completed') AS edits
        WHERE edits.definitions IS NOT NULL`,
      [...keys(runs), runs.map(({ revision }) => revision), runs.map(({ attempt }) => attempt)],
    );
    return rows;
  }

  private async giveBack(edited: readonly Edited[], now: Date): Promise<void> {
    await this.pool.query(
      `WITH given AS (
         UPDATE runs
            SET status = CASE WHEN claimed.is_over THEN 'cancelled' ELSE 'queued' END::run_status,
                reason = CASE WHEN claimed.is_over THEN 'edited' END,
                wake_at = CASE WHEN NOT claimed.is_over THEN $5::timestamptz END,
                finished_at = CASE WHEN claimed.is_over THEN $5 END,
                started_at = NULL,
                worker = NULL,
                attempt = attempt - 1,
                fence = runs.fence + 1
           FROM unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[], $6::boolean[])
             AS claimed (job_id, scheduled_for, ordinal, fence, is_over)
          WHERE runs.job_id = claimed.job_id
            AND runs.scheduled_for = claimed.scheduled_for
            AND runs.ordinal = claimed.ordinal
            AND runs.fence = claimed.fence
            AND runs.status = 'running'
         RETURNING 1
       )
       SELECT pg_notify('scheduler_runs', '') FROM given LIMIT 1`,
      [...keys(edited), now, edited.map(isOver)],
    );
  }

  private async ours(runs: readonly ClaimedRun[], now: Date): Promise<ReadonlySet<string>> {
    const { rows } = await this.pool.query<HeldKey>(
      `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal, fence
         FROM runs
         JOIN unnest($1::integer[], $2::timestamptz[], $3::integer[], $4::integer[])
           AS claimed (job_id, scheduled_for, ordinal, fence)
        USING (job_id, scheduled_for, ordinal, fence)
        WHERE status = 'running' AND (wake_at > $5) IS TRUE`,
      [...keys(runs), now],
    );
    return new Set(rows.map(keyOf));
  }
}

/** Whether the occurrence was none any more after one of the edits, or fell into a pause. */
function isOver({ ordinal, attempt, before, after }: Edited): boolean {
  const isDoneAway = (edit: Snapshot) => !edit.isActive || isRescheduled(before, edit);
  return ordinal === 0 && attempt === 1 && after.some(isDoneAway);
}

function keys(runs: readonly HeldKey[]): [number[], Date[], number[], number[]] {
  return [
    runs.map(({ jobId }) => jobId),
    runs.map(({ scheduledFor }) => scheduledFor),
    runs.map(({ ordinal }) => ordinal),
    runs.map(({ fence }) => fence),
  ];
}
