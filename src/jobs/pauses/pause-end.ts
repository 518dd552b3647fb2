import { changeJob, type JobChange } from '../job-change.ts';
import { readableSchedule } from '../job-schedule.ts';
import type { Job } from '../job.ts';

/**
 * What becomes of a job whose pause has lasted until its end: it is resumed as of that instant,
 * whenever somebody gets to it. Instants after it are due, the late ones as the missed policy has
 * it. Where the schedule has none left, the job is completed. Null while the pause goes on, and
 * for a job whose schedule cannot be read any more.
 */
export function endPause(job: Job, now: Date): JobChange | null {
  const { isActive, pausedUntil } = job;
  const isOver = !isActive && pausedUntil !== null && pausedUntil <= now;
  if (!isOver || !readableSchedule(job)) return null;

  // A change of the schedule after the end has accounted for all up to itself.
  const end = job.pausedAt && job.pausedAt > pausedUntil ? job.pausedAt : pausedUntil;
  const resumed = changeJob(job, { isActive: true }, end);
  return hasEnded(resumed.job) ? completed(resumed) : resumed;
}

function hasEnded({ nextRun, maxRuns, runCount }: Job): boolean {
  return nextRun === null || (maxRuns !== null && runCount >= maxRuns);
}

function completed(change: JobChange): JobChange {
  const job = { ...change.job, isActive: false, nextRun: null };
  return { ...change, job, action: 'completed' };
}
