import { completeJob, endPause, pauseJob } from './changes.ts';
import {
  addRun,
  AHEAD,
  type Attempt,
  countedAttempts,
  endRun,
  GRACE,
  instantAfter,
  instantsOf,
  isOver,
  isUnstartedOccurrence,
  type Job,
  jobOf,
  LEASE,
  nextOrdinal,
  release,
  releaseIdle,
  type Run,
  runsOf,
  skipRange,
  type State,
  takeAway,
} from './state.ts';

/** Gives all that comes within the horizon a row, and settles what nobody has planned in time. */
export function plan(state: State): void {
  for (const job of state.jobs) {
    if (job.nextRun !== null && job.nextRun <= state.now + AHEAD) planJob(state, job);
  }
}

function planJob(state: State, job: Job): void {
  const { now } = state;
  const { policy, maxAge, maxCount } = job.definition.missed;
  const isOutage = Number(job.nextRun) <= now - GRACE;
  const from = isOutage ? takeBack(state, job) : Number(job.nextRun);
  const missed = isOutage ? instantsOf(job, from, now) : [];
  const newest = { skip: 0, once: 1, all: maxCount }[policy];
  const made = missed.filter((at, n) => n >= missed.length - newest && at >= now - maxAge);
  const left = missed.filter((at) => !made.includes(at));
  if (left.length > 0) skipRange(state, job, [from, left.at(-1) as number], 'missed', now);
  const due = instantsOf(job, isOutage ? now + 1 : from, now + AHEAD);
  for (const at of made) planRun(state, job, at, 'missed');
  for (const at of due) planRun(state, job, at, 'schedule');
  job.nextRun = instantAfter(job, now + AHEAD);
}

/** What was planned and not started is part of the outage. Answers the first of its instants. */
function takeBack(state: State, job: Job): number {
  const isTaken = (run: Run) =>
    run.jobId === job.id && run.status === 'planned' && run.trigger === 'schedule';
  const instants = state.runs.filter(isTaken).map(({ at }) => at);
  state.runs = state.runs.filter((run) => !isTaken(run));
  return Math.min(...instants, Number(job.nextRun));
}

function planRun(state: State, job: Job, at: number, trigger: string): void {
  const hasRow = runsOf(state, job).some((run) => run.at === at && run.ordinal === 0);
  if (!hasRow) addRun(state, job, { at, trigger, status: 'planned', wakeAt: at });
}

/** An attempt answers. What is not its own any more it leaves alone, but for those that wait. */
export function finish(state: State, attempt: Attempt, outcome: string): void {
  const { run, retry, counted, isTaken, isFollowed } = attempt;
  const isOurs = !isTaken && Number(run.wakeAt) > state.now;
  state.attempts = state.attempts.filter((other) => other !== attempt);
  if (outcome === 'retry' && counted < retry.maxAttempts) {
    const delay = retry.grows ? retry.delay * 2 ** (counted - 1) : retry.delay;
    if (isOurs) queueAgain(state, run, 'retry', state.now + delay);
    return;
  }
  if (isOurs) {
    endRun(state, run, outcome === 'succeeded' ? 'succeeded' : 'failed', null, state.now);
    if (isFollowed) follow(state, [run]);
  }
  release(state, jobOf(state, run));
}

function queueAgain(state: State, run: Run, outcome: string, wakeAt: number): void {
  takeAway(state, run);
  run.past.push(outcome);
  Object.assign(run, { status: 'queued', wakeAt });
}

/** What verdicts bring about: pauses after so many failures, then runs of other jobs. */
function follow(state: State, ended: readonly Run[]): void {
  const living = ended.filter((run) => !jobOf(state, run).isDeleted);
  for (const run of living) countFailure(state, jobOf(state, run), run);
  for (const { next } of living.map((run) => jobOf(state, run))) {
    for (const job of state.jobs) if (next.includes(job.id)) startNext(state, job);
  }
}

function countFailure(state: State, job: Job, { status }: Run): void {
  const { autoPauseAfter } = job.definition;
  const isFailure = autoPauseAfter !== null && status !== 'succeeded';
  job.failures = isFailure ? job.failures + 1 : 0;
  if (!isFailure || !job.isActive || job.failures < autoPauseAfter) return;
  const runs = job.failures === 1 ? '1 failed run' : `${job.failures} failed runs`;
  pauseJob(state, job, `auto-paused: ${runs} in a row`, null);
}

function startNext(state: State, job: Job): void {
  const { now } = state;
  const { pausedAt, pausedUntil } = job;
  const at = { at: now, trigger: 'chain', ordinal: nextOrdinal(state, job, now) };
  const isPaused = pausedAt !== null && (pausedUntil === null || pausedUntil > now);
  if (!isPaused) return addRun(state, job, at);
  const skipped = { status: 'skipped', reason: 'paused', wakeAt: null, finishedAt: now };
  addRun(state, job, { ...at, ...skipped, revision: job.revisions.length });
}

/** A worker gives a sign of life, and learns what is not its own any more. */
export function renew(state: State, worker: number): void {
  const isLost = ({ isTaken, run }: Attempt) => isTaken || Number(run.wakeAt) <= state.now;
  const mine = state.attempts.filter((attempt) => attempt.worker === worker);
  for (const { run } of mine.filter((attempt) => !isLost(attempt))) run.wakeAt = state.now + LEASE;
  state.attempts = state.attempts.filter((attempt) => !mine.includes(attempt) || !isLost(attempt));
}

/** A worker that is stopping gives back what it has under way. */
export function handBack(state: State, worker: number): void {
  const mine = state.attempts.filter((attempt) => attempt.worker === worker);
  state.attempts = state.attempts.filter((attempt) => !mine.includes(attempt));
  for (const { run, isTaken } of mine) {
    if (!isTaken && Number(run.wakeAt) > state.now) {
      queueAgain(state, run, 'handed-back', state.now);
    }
  }
}

/** Takes runs away whose lease has ended, and releases what nobody would release otherwise. */
export function rescue(state: State): void {
  const isLost = (run: Run) => run.status === 'running' && Number(run.wakeAt) <= state.now;
  const lost = state.runs.filter(isLost);
  for (const run of lost) {
    const { onLost, maxAttempts } = jobOf(state, run).definition.retry;
    const isTriedAgain = onLost === 'retry' && countedAttempts(run) <= maxAttempts;
    queueAgain(state, run, 'lost', state.now);
    if (!isTriedAgain) endRun(state, run, 'lost', null, state.now);
  }
  const over = lost.filter(isOver);
  follow(state, over);
  for (const job of state.jobs) releaseIdle(state, job);
}

/** Ends the pauses whose time is over. */
export function endPauses(state: State): void {
  for (const job of state.jobs) if (!job.isDeleted) endPause(state, job);
}

/** Completes jobs that nothing more will come of, and that nobody else has completed. */
export function reconcile(state: State): void {
  for (const job of state.jobs) {
    const waits = runsOf(state, job).some(
      (run) => run.wakeAt !== null && isUnstartedOccurrence(run),
    );
    if (job.isActive && job.nextRun === null && !waits) completeJob(state, job);
  }
}
