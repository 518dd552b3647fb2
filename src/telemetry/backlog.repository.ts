import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';

/** What should have started by now and has not. */
export interface Backlog {
  /** Runs that are due, up to the limit. */
  runs: number;
  /** The instant that has been waiting longest, of a run or of a job that nobody has planned. */
  oldest: Date | null;
}

/** Counting a backlog must not become a burden of its own. */
const COUNT_LIMIT = 100_000;

@Injectable()
export class BacklogRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async measure(now: Date): Promise<Backlog> {
    // Served by runs_wake_at_idx and jobs_next_run_idx: both read from their oldest entry on.
    const { rows } = await this.pool.query<Backlog>({
      name: 'backlog.measure',
      text: `SELECT (SELECT count(*)::integer
                       FROM (SELECT FROM runs
                              WHERE wake_at <= $1 AND status IN ('planned', 'queued')
                              LIMIT $2) AS due) AS runs,
                    least((SELECT min(wake_at) FROM runs
                            WHERE wake_at <= $1 AND status IN ('planned', 'queued')),
                          (SELECT min(next_run) FROM jobs
                            WHERE is_active AND next_run <= $1)) AS oldest`,
      values: [now, COUNT_LIMIT],
    });
    return rows[0] ?? { runs: 0, oldest: null };
  }
}
