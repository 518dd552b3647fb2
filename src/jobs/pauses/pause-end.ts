import { changeJob, deleteJob, type JobChange, type LedgerChange } from '../job-change.ts';
import { readableSchedule } from '../job-schedule.ts';
import type { Job } from '../job.ts';

/** Whether a pause has lasted until its end, though nobody has ended it yet. */
export function isOver({ isActive, pausedUntil }: Job, now: Date): boolean {
  return !isActive && pausedUntil !== null && pausedUntil <= now;
}

/**
 * What becomes of a job whose pause is over: it is resumed at the very end of the pause, whenever
 * somebody gets to it. Instants after that are due, the late ones as the missed policy has it.
 * Where none is left the job is completed. Null while the pause goes on, and for a job whose
 * schedule cannot be read any more.
 */
export function endPause(job: Job, now: Date): JobChange | null {
  if (!isOver(job, now) || !readableSchedule(job)) return null;

  const resumed = changeJob(job, { isActive: true }, endOf(job, now));
  return hasEnded(resumed.job) ? completed(resumed) : resumed;
}

/**
 * A change of the job as it is by now: a pause that is over is ended on the way, in one revision
 * with the change.
 * @param decide sees the job as it is by now; answers that same job to leave it so.
 */
export function changeByNow(stored: Job, now: Date, decide: (job: Job) => JobChange): JobChange {
  const ended = endPause(stored, now);
  if (!ended) return decide(stored);

  const { revision, updatedAt } = stored;
  const job = { ...ended.job, revision, updatedAt };
  const change = decide(job);
  if (change.job === job) return ended;
  return { ...change, ledger: together(ended.ledger, change.ledger) };
}

/** The deletion of the job as it is by now. */
export function deleteByNow(stored: Job, now: Date): LedgerChange {
  const ended = endPause(stored, now);
  return ended ? together(ended.ledger, deleteJob(ended.job, now)) : deleteJob(stored, now);
}

/** Nothing of a paused job could start, so the end of its pause adds no more than a range. */
function together(end: LedgerChange, change: LedgerChange): LedgerChange {
  return { ...change, ranges: [...end.ranges, ...change.ranges] };
}

/** What changed the schedule after the end has accounted for the pause up to then. */
function endOf({ pausedAt, pausedUntil }: Job, now: Date): Date {
  const end = pausedUntil ?? now;
  return pausedAt && pausedAt > end ? pausedAt : end;
}

function hasEnded({ nextRun, maxRuns, runCount }: Job): boolean {
  return nextRun === null || (maxRuns !== null && runCount >= maxRuns);
}

function completed(change: JobChange): JobChange {
  const job = { ...change.job, isActive: false, nextRun: null };
  return { ...change, job, action: 'completed' };
}
