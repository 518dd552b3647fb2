import { DEFAULT_RETRY, type RetryPolicy } from '../../src/jobs/retry-policy.ts';
import type { TestDatabase } from './database.ts';

/** Jobs as they stand in the table; what is left out has the default of the API. */
export interface JobRows {
  schedule: string;
  nextRun: string;
  type?: string;
  payload?: unknown;
  retry?: Partial<RetryPolicy>;
  timeoutMs?: number;
  endAt?: string | null;
  createdAt?: string;
}

/** Writes `count` equal jobs at once, straight into the table, and answers their ids. */
export async function insertJobs(
  database: TestDatabase,
  count: number,
  job: JobRows,
): Promise<number[]> {
  const rows = await database.query<{ id: number }>(
    `INSERT INTO jobs (name, schedule, next_run, type, payload, retry, timeout_ms, end_at, dst,
                       created_at, updated_at)
     SELECT 'job ' || number, $2, $3, $4, $5, $6, $7, $8, '{"gap":"shift","overlap":"first"}',
            $9, $9
       FROM generate_series(1, $1::integer) AS number
     RETURNING id`,
    [
      count,
      job.schedule,
      job.nextRun,
      job.type ?? 'log',
      job.payload === undefined ? null : JSON.stringify(job.payload),
      { ...DEFAULT_RETRY, ...job.retry },
      job.timeoutMs ?? 30_000,
      job.endAt ?? null,
      job.createdAt ?? '2026-01-01T00:00:00Z',
    ],
  );
  return rows.map(({ id }) => id);
}

/** Writes one job and answers its id. */
export async function insertJob(database: TestDatabase, job: JobRows): Promise<number> {
  const [id] = await insertJobs(database, 1, job);
  return id as number;
}
