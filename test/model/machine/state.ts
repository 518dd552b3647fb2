/** The settings that the engine has here, and the bounds that it has by itself. All in ms. */
export const LEASE = 15_000;
export const AHEAD = 7_000;
export const GRACE = 5_000;
export const LONGEST_HOLD = 3_600_000;

/** What a user sets, as far as it matters here. Instants and lengths are in ms. */
export interface Definition {
  period: number;
  /** Counted from the creation of the job; null for no end. */
  end: number | null;
  overlap: 'skip' | 'allow' | 'queue' | 'replace';
  missed: { policy: 'skip' | 'once' | 'all'; maxAge: number; maxCount: number };
  retry: { maxAttempts: number; delay: number; grows: boolean; onLost: 'retry' | 'fail' };
  priority: number;
  maxRuns: number | null;
  autoPauseAfter: number | null;
  payload: number;
}

export interface Job {
  id: number;
  key: string | null;
  definition: Definition;
  /** Ids of the jobs that every end of a run starts. */
  next: number[];
  createdAt: number;
  isActive: boolean;
  isDeleted: boolean;
  pausedAt: number | null;
  pausedUntil: number | null;
  pausedReason: string | null;
  /** The first instant that has no row and is not accounted for. */
  nextRun: number | null;
  lastRun: number | null;
  starts: number;
  failures: number;
  /** What has made each of its revisions. */
  revisions: string[];
}

export interface Run {
  jobId: number;
  at: number;
  ordinal: number;
  trigger: string;
  status: string;
  reason: string | null;
  attempt: number;
  /** How attempts ended after which the run went on. */
  past: string[];
  /** When it may start, or its lease ends; null once it is over. */
  wakeAt: number | null;
  finishedAt: number | null;
  priority: number;
  revision: number | null;
  payload: number | null;
  range: { from: number; count: number } | null;
}

/** An attempt whose handler is at work, whether the run is still its own or not. */
export interface Attempt {
  worker: number;
  run: Run;
  number: number;
  /** The same without those before it that do not count. */
  counted: number;
  payload: number;
  /** As it was when the attempt began. */
  retry: Definition['retry'];
  isFollowed: boolean;
  /** Whether somebody has taken the run away. */
  isTaken: boolean;
}

/** All that there is: the ledger as it has to be, in plain data. */
export interface State {
  now: number;
  jobs: Job[];
  runs: Run[];
  attempts: Attempt[];
}

export function isOver({ wakeAt }: Run): boolean {
  return wakeAt === null;
}

/** Whether it counts for the overlap: from the first start to the verdict, pauses in between too. */
export function isActive({ status, attempt }: Run): boolean {
  return status === 'running' || (status === 'queued' && attempt > 0);
}

export function isHeld({ status, reason }: Run): boolean {
  return status === 'queued' && reason === 'waiting';
}

export function isUnstartedOccurrence({ ordinal, attempt }: Run): boolean {
  return ordinal === 0 && attempt === 0;
}

export function isCatchUp({ trigger }: Run): boolean {
  return trigger === 'missed' || trigger === 'backfill';
}

/** Attempts that a stopping worker gave back are nobody's fault. */
export function countedAttempts({ attempt, past }: Run): number {
  return attempt - past.filter((outcome) => outcome === 'handed-back').length;
}

/** The instants of a job from the one time to the other, both included. */
export function instantsOf({ createdAt, definition }: Job, from: number, to: number): number[] {
  const { period, end } = definition;
  const first = Math.max(1, Math.ceil((from - createdAt) / period));
  const last = Math.floor((Math.min(to, end === null ? to : createdAt + end) - createdAt) / period);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => {
    return createdAt + (first + n) * period;
  });
}

export function instantAfter(job: Job, time: number): number | null {
  return instantsOf(job, time + 1, time + job.definition.period)[0] ?? null;
}

export function jobOf(state: State, { jobId }: Run): Job {
  return state.jobs.find(({ id }) => id === jobId) as Job;
}

export function runsOf(state: State, { id }: Job): Run[] {
  return state.runs.filter(({ jobId }) => jobId === id);
}

/** The order in which runs of a job have their turn. */
export function byTurn(one: Run, other: Run): number {
  return other.priority - one.priority || one.at - other.at || one.ordinal - other.ordinal;
}

export function addRun(state: State, job: Job, fields: Pick<Run, 'at' | 'trigger'> & Partial<Run>) {
  const run: Run = {
    jobId: job.id,
    ordinal: 0,
    status: 'queued',
    reason: null,
    attempt: 0,
    past: [],
    wakeAt: state.now,
    finishedAt: null,
    priority: job.definition.priority,
    revision: null,
    payload: null,
    range: null,
    ...fields,
  };
  state.runs.push(run);
}

/** The number of a start that is not the occurrence itself, at some instant. */
export function nextOrdinal(state: State, job: Job, at: number): number {
  const taken = runsOf(state, job).filter((run) => run.at === at);
  return Math.max(0, ...taken.map(({ ordinal }) => ordinal)) + 1;
}

export function endRun(state: State, run: Run, status: string, reason: string | null, at: number) {
  takeAway(state, run);
  Object.assign(run, { status, reason, wakeAt: null, finishedAt: at });
}

/** Whoever carries the run out does so in vain from now on. */
export function takeAway(state: State, run: Run): void {
  for (const attempt of state.attempts) if (attempt.run === run) attempt.isTaken = true;
}

/** One row for all instants from the one time to the other, in parts where some have rows. */
export function skipRange(
  state: State,
  job: Job,
  [from, to]: [number, number],
  reason: string,
  at: number,
) {
  const taken = runsOf(state, job)
    .filter((run) => run.ordinal === 0)
    .map((run) => run.at);
  const parts: number[][] = [];
  let before = -Infinity;
  for (const instant of instantsOf(job, from, to)) {
    if (taken.some((other) => before < other && other <= instant)) parts.push([]);
    if (parts.length === 0) parts.push([]);
    if (!taken.includes(instant)) parts.at(-1)?.push(instant);
    before = instant;
  }
  for (const part of parts.filter(({ length }) => length > 0)) {
    const range = { from: part[0] as number, count: part.length };
    const fields = { status: 'skipped', reason, range, wakeAt: null, finishedAt: at, priority: 0 };
    const revision = job.revisions.length;
    addRun(state, job, { at: part.at(-1) as number, trigger: 'schedule', revision, ...fields });
  }
}

/** Lets the next one that is held back go on. */
export function release(state: State, job: Job, count = 1): void {
  const held = runsOf(state, job).filter((run) => isHeld(run) && Number(run.wakeAt) > state.now);
  for (const run of held.sort(byTurn).slice(0, count)) run.wakeAt = state.now;
}

export function releaseIdle(state: State, job: Job): void {
  if (!runsOf(state, job).some(isActive)) release(state, job);
}
