import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';
import { SCHEDULE_COLUMNS } from '../jobs/job-columns.ts';
import type { ScheduleFields } from '../jobs/job-schedule.ts';

/** An active job, as far as a forecast asks about it. */
export type ForecastJob = ScheduleFields & {
  id: number;
  type: string;
  url: string | null;
  maxRuns: number | null;
  runCount: number;
};

@Injectable()
export class ForecastRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  /** Active jobs whose next instant comes before `to`, in order of id, after `afterId`. */
  async jobsUntil(
    namespaceId: number,
    to: Date,
    { afterId, limit }: { afterId: number; limit: number },
  ): Promise<ForecastJob[]> {
    const { rows } = await this.pool.query<ForecastJob>(
      `SELECT id, type, max_runs AS "maxRuns", run_count AS "runCount",
              CASE WHEN type = 'http' THEN payload ->> 'url' END AS url, ${SCHEDULE_COLUMNS}
         FROM jobs
        WHERE namespace_id = $1 AND is_active AND next_run < $2 AND id > $3
        ORDER BY id
        LIMIT $4`,
      [namespaceId, to, afterId, limit],
    );
    return rows;
  }
}
