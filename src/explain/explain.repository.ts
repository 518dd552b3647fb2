import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';
import type { RevisionAction, StoredRevision } from '../jobs/revision.ts';
import type { RunKey } from '../runs/run.ts';

/** A job, living or deleted. */
export interface AnyJob {
  id: number;
  createdAt: Date;
  deletedAt: Date | null;
  nextRun: Date | null;
  seed: number;
  /** Since when the zone data in use are. */
  zoneDataSince: Date;
}

/** A revision as it was in force, with what its calendar says now. */
export type RevisionInForce = Pick<StoredRevision, 'revision' | 'at' | 'definition'> & {
  calendarRules: string | null;
};

/** What made a job active or not. */
export interface StateChange {
  action: RevisionAction;
  at: Date;
}

/** Looks up what an explanation is made of. */
@Injectable()
export class ExplainRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async job(namespaceId: number, id: number): Promise<AnyJob | undefined> {
    const { rows } = await this.pool.query<AnyJob>(
      `SELECT id, created_at AS "createdAt", deleted_at AS "deletedAt", next_run AS "nextRun", seed,
              (SELECT since FROM zone_data) AS "zoneDataSince"
         FROM jobs WHERE id = $2 AND namespace_id = $1`,
      [namespaceId, id],
    );
    return rows[0];
  }

  /** The revision whose rules decide about `instant`: a change looks forward only. */
  async inForce(jobId: number, instant: Date): Promise<RevisionInForce | undefined> {
    const { rows } = await this.pool.query<RevisionInForce>(
      `SELECT revision, at, definition,
              (SELECT jsonb_build_object('mode', mode, 'dates', dates, 'weekdays', weekdays,
                                         'ranges', ranges)::text
                 FROM calendars
                WHERE calendars.namespace_id = job_revisions.namespace_id
                  AND calendars.name = definition ->> 'calendar') AS "calendarRules"
         FROM job_revisions
        WHERE job_id = $1 AND at < $2
        ORDER BY revision DESC
        LIMIT 1`,
      [jobId, instant],
    );
    return rows[0];
  }

  /** What has last made the job active or inactive, up to a revision. */
  async stateChange(jobId: number, revision: number): Promise<StateChange | undefined> {
    const { rows } = await this.pool.query<StateChange>(
      `SELECT action, at FROM job_revisions
        WHERE job_id = $1 AND revision <= $2
          AND action IN ('created', 'paused', 'resumed', 'completed', 'deleted')
        ORDER BY revision DESC
        LIMIT 1`,
      [jobId, revision],
    );
    return rows[0];
  }

  /** The row that covers an instant as one of many: ranges of a job do not overlap. */
  async rangeAt(jobId: number, instant: Date): Promise<RunKey | undefined> {
    // Served by runs_ranges_idx.
    const { rows } = await this.pool.query<RunKey & { covers: boolean }>(
      `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal,
              range_from <= $2 AS covers
         FROM runs
        WHERE job_id = $1 AND scheduled_for >= $2 AND range_from IS NOT NULL
        ORDER BY scheduled_for
        LIMIT 1`,
      [jobId, instant],
    );
    const [range] = rows;
    if (!range?.covers) return undefined;
    const { scheduledFor, ordinal } = range;
    return { jobId, scheduledFor, ordinal };
  }

  /** All that was started for one instant: the occurrence, and starts by hand. */
  async runsAt(jobId: number, instant: Date, limit: number): Promise<RunKey[]> {
    const { rows } = await this.pool.query<RunKey>(
      `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal FROM runs
        WHERE job_id = $1 AND scheduled_for = $2
        ORDER BY ordinal
        LIMIT $3`,
      [jobId, instant, limit],
    );
    return rows;
  }

  /** A run of the job that was active at `moment`, due at or before `instant`. */
  async activeAt(jobId: number, instant: Date, moment: Date): Promise<RunKey | undefined> {
    // Served by the primary key, newest first; what is in the way is recent, or there is none.
    const { rows } = await this.pool.query<RunKey>(
      `SELECT job_id AS "jobId", scheduled_for AS "scheduledFor", ordinal FROM runs
        WHERE job_id = $1
          AND scheduled_for <= $2
          AND scheduled_for > $2::timestamptz - interval '7 days'
          AND started_at <= $3
          AND (finished_at IS NULL OR finished_at >= $3)
        ORDER BY scheduled_for DESC
        LIMIT 1`,
      [jobId, instant, moment],
    );
    return rows[0];
  }
}
