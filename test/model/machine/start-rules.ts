import { completeJob } from './changes.ts';
import {
  byTurn,
  countedAttempts,
  endRun,
  GRACE,
  instantAfter,
  isActive,
  isCatchUp,
  isHeld,
  isOver,
  isUnstartedOccurrence,
  type Job,
  LEASE,
  LONGEST_HOLD,
  release,
  releaseIdle,
  type Run,
  runsOf,
  type State,
} from './state.ts';

/** A worker starts what is due, by the policies of each job. */
export function claim(state: State, worker: number): void {
  for (const job of state.jobs) claimOf(state, job, worker);
}

function claimOf(state: State, job: Job, worker: number): void {
  const runs = runsOf(state, job);
  const waiting = runs.filter(({ status }) => status === 'planned' || status === 'queued');
  const due = waiting.filter(({ wakeAt }) => Number(wakeAt) <= state.now);
  const mine = due.filter((run) => !isForPlanner(state, job, run)).sort(byClaim);
  if (mine.length === 0) return;

  const before = runs.filter(isActive);
  const latest = Math.max(...due.filter(isUnstartedOccurrence).map(({ at }) => at));
  const batch: Batch = {
    ...{ state, job, worker, before, latest, started: 0, goneOn: 0, isReplaced: false },
    held: runs.filter((run) => isHeld(run) && !isCatchUp(run)).length,
  };
  for (const run of mine.filter((other) => isStopped(job, other))) {
    endRun(state, run, 'cancelled', 'paused', state.now);
  }
  const settled = mine.filter((run) => judge(batch, run));
  const occurrences = settled.filter((run) => run.ordinal === 0 && !isHeld(run));
  const isLast = occurrences.some(({ at }) => instantAfter(job, at) === null);
  const isUsedUp = startsLeft(job) <= 0 && occurrences.some(isFirstStart);
  if (isUsedUp || (isLast && job.isActive && job.nextRun === null)) completeJob(state, job);
  // What they were held back for may have ended in this same moment.
  if (settled.some(isHeld)) releaseIdle(state, job);
  if (isUsedUp) release(state, job, Infinity);
}

/** Late occurrences of a job that nobody has planned are settled together with the others. */
function isForPlanner({ now }: State, { nextRun }: Job, { status, trigger, at }: Run): boolean {
  const isLate = nextRun !== null && Math.max(at, nextRun) <= now - GRACE;
  return isLate && status === 'planned' && trigger === 'schedule';
}

/** In a pause, what the schedule has begun is not taken up again. */
function isStopped({ pausedAt }: Job, { ordinal, attempt }: Run): boolean {
  return pausedAt !== null && ordinal === 0 && attempt > 0;
}

function isFirstStart({ status, attempt }: Run): boolean {
  return status === 'running' && attempt === 1;
}

function byClaim(one: Run, other: Run): number {
  const byTime = Number(one.wakeAt) - Number(other.wakeAt);
  return other.priority - one.priority || byTime || byTurn(one, other);
}

function startsLeft({ definition, starts }: Job): number {
  return definition.maxRuns === null ? Infinity : definition.maxRuns - starts;
}

/** One look at the runs of a job that are due. */
interface Batch {
  state: State;
  job: Job;
  worker: number;
  /** What was active before. */
  before: Run[];
  /** The newest occurrence that is due. */
  latest: number;
  started: number;
  goneOn: number;
  isReplaced: boolean;
  held: number;
}

/** Starts one run, holds it back, or gives it its verdict; false: it is left as it is. */
function judge(batch: Batch, run: Run): boolean {
  const { state, job, before, started } = batch;
  const { overlap } = job.definition;
  const isNew = run.attempt === 0;
  const isOccurrence = run.ordinal === 0;
  const skip = (reason: string) => {
    endRun(state, run, 'skipped', reason, state.now);
    run.revision = job.revisions.length;
    return true;
  };
  if (isOver(run)) return false;
  if (!isNew) return batch.isReplaced ? false : start(batch, run);
  if (isOccurrence && startsLeft(job) <= 0) return skip('expired');
  if (isOccurrence && wasMissed(batch, run)) return skip('missed');

  const atOnce = overlap !== 'allow' ? 1 : isCatchUp(run) ? 5 : Infinity;
  if (before.length + started < atOnce) return start(batch, run);
  if (isCatchUp(run) || isHeld(run)) return hold(batch, run);
  if (before.length === 0) return false;
  if (overlap === 'queue') return batch.held > 0 ? skip('overlap') : hold(batch, run);
  if (overlap !== 'replace') return skip('overlap');
  if (started + batch.goneOn > 0) return false;
  for (const active of before.filter((other) => !isOver(other))) {
    endRun(state, active, 'cancelled', 'replaced', state.now);
  }
  batch.isReplaced = true;
  return start(batch, run);
}

/** Late, and by the policy of the job not worth a start any more. */
function wasMissed({ state, job, latest }: Batch, run: Run): boolean {
  const { policy, maxAge } = job.definition.missed;
  const lateness = state.now - run.at;
  if (isHeld(run) || lateness <= GRACE) return false;
  return { skip: true, once: run.at < latest, all: lateness > maxAge }[policy];
}

function start(batch: Batch, run: Run): boolean {
  const { state, job, worker } = batch;
  const { retry, autoPauseAfter, payload } = job.definition;
  const isRetry = run.attempt > 0;
  if (!isRetry && run.ordinal === 0) job.starts += 1;
  batch[isRetry ? 'goneOn' : 'started'] += 1;
  job.lastRun = state.now;
  const number = run.attempt + 1;
  Object.assign(run, { status: 'running', reason: null, attempt: number });
  Object.assign(run, { wakeAt: state.now + LEASE, revision: job.revisions.length });
  const isFollowed = autoPauseAfter !== null || job.next.length > 0;
  const told = run.payload ?? payload;
  state.attempts.push({
    ...{ worker, run, number, payload: told, retry, isFollowed },
    ...{ counted: countedAttempts(run), isTaken: false },
  });
  return true;
}

function hold(batch: Batch, run: Run): boolean {
  const { state, job } = batch;
  if (!isHeld(run) && !isCatchUp(run)) batch.held += 1;
  Object.assign(run, { status: 'queued', reason: 'waiting', wakeAt: state.now + LONGEST_HOLD });
  run.revision = job.revisions.length;
  return true;
}
