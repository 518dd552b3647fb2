import type { Attempt, Job, Run, State } from './state.ts';

/** Times are told from the beginning of the sequence on, in seconds. */
export type Told = (ms: number | null) => string;

export function toldFrom(start: number): Told {
  return (ms) => (ms === null ? 'never' : `+${(ms - start) / 1_000}s`);
}

type ShownJob = Omit<Job, 'definition' | 'next' | 'key' | 'createdAt' | 'failures'>;

/** A job in one line, however it was come by. */
export function jobLine(job: ShownJob, told: Told): string {
  const state = job.isDeleted ? 'deleted' : job.isActive ? 'active' : 'inactive';
  const until = `since ${told(job.pausedAt)} until ${told(job.pausedUntil)}`;
  const pause = job.pausedAt === null ? '' : ` paused ${until} (${job.pausedReason})`;
  const runs = `next ${told(job.nextRun)} last ${told(job.lastRun)} started ${job.starts}`;
  return `${job.id} ${state}${pause} ${runs} [${job.revisions.join(' ')}]`;
}

/** A run in one line, however it was come by. */
export function runLine(run: Run, told: Told): string {
  const { range, reason, wakeAt } = run;
  const id = `${run.jobId} ${told(run.at)} #${run.ordinal} ${run.trigger}`;
  const covers = range ? ` for ${range.count} since ${told(range.from)}` : ` !${run.priority}`;
  const state = `${run.status}${reason === null ? '' : ` (${reason})`}`;
  const attempts = `attempt ${run.attempt} [${run.past.join(' ')}] of revision ${run.revision}`;
  const time = wakeAt === null ? `over ${told(run.finishedAt)}` : `next ${told(wakeAt)}`;
  return `${id}${covers}: ${state}, ${attempts}, ${time}, payload ${run.payload}`;
}

export interface ShownAttempt {
  worker: number;
  /** The id of the run as the API shows it. */
  runId: string;
  number: number;
  payload: number;
}

export function attemptLine({ worker, runId, number, payload }: ShownAttempt): string {
  return `worker ${worker}: ${runId} attempt ${number} with ${payload}`;
}

export function idOf({ jobId, at, ordinal }: Pick<Run, 'jobId' | 'at' | 'ordinal'>): string {
  return ordinal === 0 ? `${jobId}-${at}` : `${jobId}-${at}-${ordinal}`;
}

/** Everything that a model knows, one line each. */
export function linesOf({ jobs, runs, attempts }: State, told: Told): string[] {
  const sorted = [...runs].sort(
    (one, other) => one.jobId - other.jobId || one.at - other.at || one.ordinal - other.ordinal,
  );
  return [
    ...jobs.map((job) => jobLine(job, told)),
    ...sorted.map((run) => runLine(run, told)),
    ...attempts.map((attempt) => attemptLine(shownAttempt(attempt))).sort(),
  ];
}

function shownAttempt({ worker, run, number, payload }: Attempt): ShownAttempt {
  return { worker, runId: idOf(run), number, payload };
}
