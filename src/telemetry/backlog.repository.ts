import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';

/** Counting a backlog must not become a burden of its own. */
const COUNT_LIMIT = 100_000;

/** What should have started by now and has not. */
@Injectable()
export class BacklogRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  /** How many runs are due, up to a limit. */
  async dueRuns(now: Date): Promise<number> {
    // Served by runs_wake_at_idx, from its oldest entry on.
    const { rows } = await this.pool.query<{ runs: number }>({
      name: 'backlog.dueRuns',
      text: `SELECT count(*)::integer AS runs
               FROM (SELECT FROM runs
                      WHERE wake_at <= $1 AND status IN ('planned', 'queued')
                      LIMIT $2) AS due`,
      values: [now, COUNT_LIMIT],
    });
    return rows[0]?.runs ?? 0;
  }

  /** The instant that has waited longest, of a run or of a job that nobody has planned. */
  async oldestDue(now: Date): Promise<Date | null> {
    // Served by runs_wake_at_idx and jobs_next_run_idx, from their oldest entries on.
    const { rows } = await this.pool.query<{ oldest: Date | null }>({
      name: 'backlog.oldestDue',
      text: `SELECT least((SELECT min(wake_at) FROM runs
                            WHERE wake_at <= $1 AND status IN ('planned', 'queued')),
                          (SELECT min(next_run) FROM jobs
                            WHERE is_active AND next_run <= $1)) AS oldest`,
      values: [now],
    });
    return rows[0]?.oldest ?? null;
  }
}
