import {
  type Answer,
  type Delivery,
  type Evidence,
  isSuccess,
  type JobRow,
  type RevisionRow,
  type RunRow,
} from './evidence.ts';

/** All that is known of one job. */
export interface CaseFile {
  readonly jobId: number;
  row: JobRow | null;
  /** In order. */
  readonly revisions: RevisionRow[];
  readonly runs: RunRow[];
  /** Those that were a success. */
  readonly answers: Answer[];
  readonly deliveries: Delivery[];
}

/** Sorts what is known by job. */
export function caseFiles({ jobs, revisions, runs, answers, deliveries }: Evidence): CaseFile[] {
  const files = new Map<number, CaseFile>();
  const fileOf = (jobId: number) => {
    const known = files.get(jobId);
    if (known) return known;
    const file = { jobId, row: null, revisions: [], runs: [], answers: [], deliveries: [] };
    files.set(jobId, file);
    return file as CaseFile;
  };

  for (const row of jobs) fileOf(row.id).row = row;
  for (const revision of revisions) fileOf(revision.job_id).revisions.push(revision);
  for (const run of runs) fileOf(run.job_id).runs.push(run);
  for (const delivery of deliveries) fileOf(jobIdIn(delivery.key)).deliveries.push(delivery);
  for (const answer of answers.filter(isSuccess)) {
    for (const jobId of answer.jobIds) fileOf(jobId).answers.push(answer);
  }
  for (const file of files.values()) file.revisions.sort((a, b) => a.revision - b.revision);
  return [...files.values()];
}

/** The job that an idempotency key names; 0, which no job has, for a key that names none. */
function jobIdIn(key: string): number {
  return Number.parseInt(key, 10) || 0;
}
