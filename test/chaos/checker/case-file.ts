import {
  type Answer,
  type Delivery,
  type Evidence,
  isSuccess,
  type JobRow,
  type ObservedChange,
  type RevisionRow,
  type RunRow,
} from './evidence.ts';
import { grouped } from './grouped.ts';

/** All that is known of one job. */
export interface CaseFile {
  jobId: number;
  /** Undefined for a job that the table does not hold. */
  row: JobRow | undefined;
  /** In order. */
  revisions: RevisionRow[];
  runs: RunRow[];
  changes: ObservedChange[];
  /** Whether anybody has kept a record of requests, of whatever job. */
  isRecorded: boolean;
  /** Those that were a success. */
  answers: Answer[];
  deliveries: Delivery[];
  /** When it is due, where somebody else says so. */
  listed: readonly number[] | undefined;
}

/** Sorts what is known by job. */
export function caseFiles(evidence: Evidence): CaseFile[] {
  const rows = new Map(evidence.jobs.map((row) => [row.id, row]));
  const revisions = grouped(evidence.revisions, ({ job_id }) => job_id);
  const runs = grouped(evidence.runs, ({ job_id }) => job_id);
  const changes = grouped(evidence.changes, ({ job_id }) => job_id);
  const deliveries = grouped(evidence.deliveries, ({ key }) => jobIdIn(key));
  const about = evidence.answers
    .filter(isSuccess)
    .flatMap((answer) => answer.jobIds.map((jobId) => ({ jobId, answer })));
  const answers = grouped(about, ({ jobId }) => jobId);

  const all = [rows, revisions, runs, changes, deliveries, answers];
  const ids = new Set(all.flatMap((found) => [...found.keys()]));
  return [...ids].map((jobId) => ({
    jobId,
    row: rows.get(jobId),
    revisions: (revisions.get(jobId) ?? []).sort((one, other) => one.revision - other.revision),
    runs: runs.get(jobId) ?? [],
    changes: changes.get(jobId) ?? [],
    isRecorded: evidence.answers.length > 0,
    answers: (answers.get(jobId) ?? []).map(({ answer }) => answer),
    deliveries: deliveries.get(jobId) ?? [],
    listed: evidence.dueOverride?.get(jobId),
  }));
}

/** The job that an idempotency key names; 0, which no job has, for a key that names none. */
export function jobIdIn(key: string): number {
  return Number.parseInt(key, 10) || 0;
}
