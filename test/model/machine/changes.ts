import {
  type Definition,
  endRun,
  instantAfter,
  type Job,
  runsOf,
  skipRange,
  type State,
} from './state.ts';

/** What a request is answered when it is refused: status and code. */
export class Refusal extends Error {}

export function refuse(answer: string): never {
  throw new Refusal(answer);
}

/** A job for a change at this moment. A pause that is over is ended before anything else. */
export function openJob(state: State, id: number): Job {
  const job = state.jobs.find((other) => other.id === id && !other.isDeleted);
  if (!job) return refuse('404 JOB_NOT_FOUND');
  endPause(state, job);
  return job;
}

/** Ends a pause whose time is over, as of that time. */
export function endPause(state: State, job: Job): void {
  const { isActive, pausedAt, pausedUntil, definition } = job;
  if (isActive || pausedUntil === null || pausedUntil > state.now) return;
  const end = Math.max(pausedUntil, Number(pausedAt));
  settle(state, job, end, 'missed');
  goOn(job, end);
  const isUsedUp = definition.maxRuns !== null && job.starts >= definition.maxRuns;
  if (job.nextRun === null || isUsedUp) Object.assign(job, { isActive: false, nextRun: null });
  job.revisions.push(job.isActive ? 'resumed' : 'completed');
}

export function goOn(job: Job, from: number): void {
  Object.assign(job, { isActive: true, pausedAt: null, pausedUntil: null, pausedReason: null });
  job.failures = 0;
  job.nextRun = instantAfter(job, from);
}

export function pauseJob(
  state: State,
  job: Job,
  reason: string | null,
  until: number | null,
): void {
  const { now } = state;
  settle(state, job, now, 'paused');
  for (const run of runsOf(state, job)) {
    const waitsForAttempt = run.ordinal === 0 && run.status === 'queued' && run.attempt > 0;
    if (waitsForAttempt) endRun(state, run, 'cancelled', 'paused', now);
  }
  Object.assign(job, { isActive: false, nextRun: null, pausedAt: now });
  Object.assign(job, { pausedReason: reason, pausedUntil: until });
  if (job.definition.autoPauseAfter === null) job.failures = 0;
  job.revisions.push('paused');
}

/**
 * Accounts for all instants up to `at` that have not been started: from then on the job may be
 * another one. What was planned for later is not due any more.
 */
export function settle(state: State, job: Job, at: number, reason: 'missed' | 'paused'): void {
  withdraw(state, job, at);
  for (const run of runsOf(state, job)) {
    const waits = run.ordinal === 0 && run.wakeAt !== null && run.attempt === 0 && run.at <= at;
    if (waits) endRun(state, run, 'skipped', reason, at);
  }
  accountFor(state, job, at, reason);
}

/** One row for what has no row yet: the time of a pause, or what the planner is behind by. */
export function accountFor(state: State, job: Job, at: number, reason: string): void {
  if (job.pausedAt !== null) skipRange(state, job, [job.pausedAt + 1, at], 'paused', at);
  else if (job.nextRun !== null) skipRange(state, job, [job.nextRun, at], reason, at);
}

export function withdraw(state: State, job: Job, after: number): void {
  const isWithdrawn = (run: State['runs'][number]) =>
    run.jobId === job.id && run.status === 'planned' && run.at > after;
  state.runs = state.runs.filter((run) => !isWithdrawn(run));
}

/** Nothing is left to come. */
export function completeJob(state: State, job: Job): void {
  Object.assign(job, { isActive: false, nextRun: null });
  withdraw(state, job, state.now);
  job.revisions.push('completed');
}

/** Refuses a definition by which an active job would have nothing to do. */
export function requireWork(job: Job, definition: Definition, now: number): void {
  const isUsedUp = definition.maxRuns !== null && job.starts >= definition.maxRuns;
  const isEmpty = instantAfter({ ...job, definition }, now) === null;
  if (isUsedUp || isEmpty) refuse('400 INVALID_REQUEST');
}
