import type { Attempt } from '../../src/runs/run.ts';
import type { RunStatus } from '../../src/runs/run-state.ts';
import type { TestDatabase } from './database.ts';

/** A row of the ledger, as far as tests ask about it. */
export interface LedgerEntry {
  jobId: number;
  /** In ISO 8601, which reads better in a failed expectation. */
  scheduledFor: string;
  ordinal: number;
  status: RunStatus;
  trigger: string;
  reason: string | null;
  attempt: number;
  fence: number;
  revision: number | null;
  attempts: Attempt[] | null;
  wakeAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
  worker: string | null;
  error: string | null;
  result: unknown;
  log: string[] | null;
  rangeFrom: Date | null;
  rangeTo: Date | null;
  rangeCount: number | null;
}

/** The whole ledger, oldest instant first; of one job, when its id is given. */
export async function ledger(database: TestDatabase, jobId?: number): Promise<LedgerEntry[]> {
  const rows = await database.query<LedgerEntry & { instant: Date }>(
    `SELECT job_id AS "jobId", scheduled_for AS instant, ordinal, status, trigger, reason, attempt,
            fence, revision, attempts, wake_at AS "wakeAt", started_at AS "startedAt",
            finished_at AS "finishedAt", worker, error, result, log, range_from AS "rangeFrom",
            range_to AS "rangeTo", range_count AS "rangeCount"
       FROM runs
      WHERE $1::integer IS NULL OR job_id = $1
      ORDER BY scheduled_for, job_id, ordinal`,
    [jobId ?? null],
  );
  return rows.map(({ instant, ...row }) => ({ ...row, scheduledFor: instant.toISOString() }));
}

/** Instant and status of each row: enough for most expectations. */
export async function verdicts(database: TestDatabase, jobId?: number): Promise<string[]> {
  const rows = await ledger(database, jobId);
  return rows.map(({ scheduledFor, ordinal, status, reason }) => {
    const time = scheduledFor.slice(11, 19) + (ordinal > 0 ? `-${ordinal}` : '');
    return reason === null ? `${time} ${status}` : `${time} ${status} (${reason})`;
  });
}
