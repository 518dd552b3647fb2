import {
  accountFor,
  goOn,
  openJob,
  pauseJob,
  Refusal,
  refuse,
  requireWork,
  settle,
  withdraw,
} from './changes.ts';
import {
  addRun,
  type Definition,
  endRun,
  instantAfter,
  instantsOf,
  isActive,
  isOver,
  type Job,
  jobOf,
  nextOrdinal,
  release,
  releaseIdle,
  type Run,
  runsOf,
  type State,
} from './state.ts';

/** A request of somebody, and what it has to be answered: `done`, or status and code. */
export function ask(state: State, request: (draft: State) => void): string {
  const draft = structuredClone(state);
  try {
    request(draft);
  } catch (error) {
    // What is refused changes nothing.
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  Object.assign(state, draft);
  return 'done';
}

export interface NewJob {
  definition: Definition;
  key: string | null;
  /** Start the first job of all whenever a run of this one ends. */
  isFollowed: boolean;
  isPaused: boolean;
}

/** @param id of the new job; when it is refused, it does not matter. */
export function create(
  state: State,
  id: number,
  { definition, key, isFollowed, isPaused }: NewJob,
) {
  const { now, jobs } = state;
  const [first] = jobs;
  const job: Job = {
    ...{ id, key, definition, createdAt: now, isActive: !isPaused, isDeleted: false },
    ...{ pausedAt: isPaused ? now : null, pausedUntil: null, pausedReason: null },
    ...{ nextRun: null, lastRun: null, starts: 0, failures: 0, revisions: ['created'] },
    next: isFollowed && first ? [first.id] : [],
  };
  if (!isPaused) requireWork(job, definition, now);
  if (isFollowed && first?.isDeleted) refuse('400 INVALID_REQUEST');
  const isTaken = jobs.some((other) => !other.isDeleted && other.key === key && key !== null);
  if (isTaken) refuse('409 JOB_KEY_TAKEN');
  if (!isPaused) job.nextRun = instantAfter(job, now);
  jobs.push(job);
}

export function edit(state: State, id: number, patch: Partial<Definition>): void {
  const job = openJob(state, id);
  const before = job.definition;
  const definition = { ...before, ...patch };
  const fields = ['period', 'end', 'maxRuns'] as const;
  const isMoved = fields.some((field) => before[field] !== definition[field]);
  if (job.isActive && isMoved) requireWork(job, definition, state.now);
  if (JSON.stringify(before) === JSON.stringify(definition)) return;

  if (isMoved) settle(state, job, state.now, 'missed');
  job.definition = definition;
  if (definition.autoPauseAfter === null) job.failures = 0;
  if (isMoved && job.isActive) job.nextRun = instantAfter(job, state.now);
  if (isMoved && job.pausedAt !== null) job.pausedAt = state.now;
  job.revisions.push('updated');
}

export function pause(state: State, id: number, reason: string | null, until: number | null): void {
  if (until !== null && until <= state.now) refuse('400 INVALID_REQUEST');
  const job = openJob(state, id);
  if (!job.isActive && job.pausedAt === null) refuse('409 JOB_COMPLETED');
  if (job.isActive) return pauseJob(state, job, reason, until);
  if (job.pausedReason === reason && job.pausedUntil === until) return;

  Object.assign(job, { pausedReason: reason, pausedUntil: until });
  if (job.definition.autoPauseAfter === null) job.failures = 0;
  job.revisions.push('updated');
}

export function resume(state: State, id: number): void {
  const job = openJob(state, id);
  if (job.isActive) return;
  requireWork(job, job.definition, state.now);
  settle(state, job, state.now, 'missed');
  goOn(job, state.now);
  job.revisions.push('resumed');
}

export function remove(state: State, id: number): void {
  const job = openJob(state, id);
  const isNamed = state.jobs.some((other) => !other.isDeleted && other.next.includes(id));
  if (isNamed) refuse('409 JOB_IN_CHAIN');
  withdraw(state, job, state.now);
  for (const run of runsOf(state, job)) {
    if (!isOver(run)) endRun(state, run, 'cancelled', 'deleted', state.now);
  }
  accountFor(state, job, state.now, 'missed');
  Object.assign(job, { isActive: false, isDeleted: true, nextRun: null, pausedUntil: null });
  job.revisions.push('deleted');
}

export function trigger(state: State, id: number, payload: number | null): void {
  const job = openJob(state, id);
  const at = state.now;
  addRun(state, job, { at, trigger: 'manual', ordinal: nextOrdinal(state, job, at), payload });
}

const NET = 30_000;
const NET_STEP = 1_000;

export function backfill(state: State, id: number, from: number, to: number): void {
  const job = openJob(state, id);
  if (to > state.now || from > to) refuse('400 INVALID_REQUEST');
  const atOnce = job.definition.overlap === 'allow' ? 5 : 1;
  for (const [index, at] of instantsOf(job, from, to).entries()) {
    const isFirst = index < atOnce;
    addRun(state, job, {
      ...{ at, trigger: 'backfill', ordinal: nextOrdinal(state, job, at) },
      reason: isFirst ? null : 'waiting',
      wakeAt: isFirst ? state.now : state.now + NET + (index - atOnce) * NET_STEP,
    });
  }
}

/** @param run undefined: one that is not there any more. */
export function cancel(state: State, run: Run | undefined): void {
  if (!run) return refuse('404 RUN_NOT_FOUND');
  if (isOver(run)) refuse('409 RUN_FINISHED');
  const job = jobOf(state, run);
  const wasActive = isActive(run);
  endRun(state, run, 'cancelled', 'requested', state.now);
  if (wasActive) release(state, job);
  else releaseIdle(state, job);
}

export function retry(state: State, run: Run | undefined): void {
  if (!run) return refuse('404 RUN_NOT_FOUND');
  const job = jobOf(state, run);
  if (!isOver(run)) refuse('409 RUN_NOT_FINISHED');
  if (job.isDeleted) refuse('409 JOB_DELETED');
  if (run.range && run.range.count > 1) refuse('409 RUN_COVERS_RANGE');
  const { at, payload } = run;
  addRun(state, job, { at, trigger: 'retry', ordinal: nextOrdinal(state, job, at), payload });
}
