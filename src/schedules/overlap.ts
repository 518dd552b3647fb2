import type { Exclusion } from './agenda.ts';
import type { MissedPolicy } from './missed.ts';

/**
 * How late an occurrence may be and still count as merely late. Beyond it, it was missed, and the
 * missed policy says what becomes of it.
 */
export const GRACE_MS = 5_000;

/** Runs of a job that make up for instants of the past and are active at a time, with `allow`. */
export const CATCH_UP_AT_ONCE = 5;

export const OVERLAP_POLICIES = ['skip', 'allow', 'queue', 'replace'] as const;

/** What becomes of a run that is due while another one of its job is active. */
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** A run of one job that is due and waits to be started. */
export interface DueRun {
  scheduledFor: Date;
  /** An instant of the schedule, as opposed to a start by hand. */
  isOccurrence: boolean;
  /** Whether it has been started before, and waits for another attempt. */
  isRetry: boolean;
  /** Whether it was held back once already. */
  isHeld: boolean;
  /** Makes up for an instant of the past: it waits for its turn instead of being skipped. */
  isCatchUp: boolean;
  exclusion: Exclusion | null;
}

/** What else there is of that job. */
export interface LivingRuns {
  /** Runs under way. */
  running: number;
  /** Runs between two attempts, those that are due included. */
  retrying: number;
  /** Runs that are held back, those that are due included, those that catch up not. */
  held: number;
  /** The latest occurrence that is due, is to be run, and has not been started. */
  latestDue: Date | null;
  /** The run that makes up for the past and is due before all others of that kind. */
  firstCatchUp: Date | null;
}

/** What the job says about its starts. */
export interface StartPolicies {
  overlap: OverlapPolicy;
  missed: MissedPolicy;
  /** Then what the schedule has begun is not taken up again. */
  isPaused: boolean;
  /** Occurrences that may still be started; Infinity without a limit. */
  startsLeft: number;
}

/** Occurrences that a job may still start, of the `maxRuns` that it may start in all. */
export function startsLeft({
  maxRuns,
  runCount,
}: {
  maxRuns: number | null;
  runCount: number;
}): number {
  return maxRuns === null ? Infinity : maxRuns - runCount;
}

/**
 * Start it, also in place of what is active; let it wait for the next look or, held back, for the
 * end of another run; or give it its verdict for this reason.
 */
export type Judgement =
  'start' | 'replace' | 'wait' | 'hold' | 'overlap' | 'missed' | 'paused' | 'expired' | Exclusion;

export function isStart(judgement: Judgement): judgement is 'start' | 'replace' {
  return judgement === 'start' || judgement === 'replace';
}

/**
 * Judges the due runs of one job, in the order given. A run is active from its first start to its
 * verdict, the time between attempts included.
 */
export function judgeStarts(
  due: readonly DueRun[],
  living: LivingRuns,
  policies: StartPolicies,
  now: Date,
): Judgement[] {
  const { startsLeft } = policies;
  const state = {
    ...{ started: 0, goneOn: 0, isReplaced: false, held: living.held, startsLeft },
    hasFirstCatchUp: due.some((run) => isFirstCatchUp(run, living)),
  };
  return due.map((run) => {
    const judgement =
      verdictOf(run, living, policies, state, now) ?? turnOf(run, living, policies, state);
    note(state, run, judgement);
    return judgement;
  });
}

/** What has been decided about those before. */
interface BatchState {
  /** Runs that are started; those that go on with another attempt are active already. */
  started: number;
  goneOn: number;
  /** Whether one of them takes the place of what is active. */
  isReplaced: boolean;
  held: number;
  startsLeft: number;
  /** Whether the run that is the first to make up for the past is among them. */
  hasFirstCatchUp: boolean;
}

function isFirstCatchUp(
  { isCatchUp, isRetry, scheduledFor }: DueRun,
  { firstCatchUp }: LivingRuns,
): boolean {
  return isCatchUp && !isRetry && scheduledFor.getTime() === firstCatchUp?.getTime();
}

function note(state: BatchState, run: DueRun, judgement: Judgement): void {
  if (isStart(judgement) && run.isRetry) state.goneOn += 1;
  if (isStart(judgement) && !run.isRetry) state.started += 1;
  if (isStart(judgement) && !run.isRetry && run.isOccurrence) state.startsLeft -= 1;
  if (judgement === 'replace') state.isReplaced = true;
  if (judgement === 'hold' && !run.isHeld && !run.isCatchUp) state.held += 1;
}

/** The verdict of a run that is not to be started at all, whatever else is active. */
function verdictOf(
  run: DueRun,
  living: LivingRuns,
  { missed, isPaused }: StartPolicies,
  { startsLeft }: BatchState,
  now: Date,
): Judgement | null {
  if (run.exclusion) return run.exclusion;
  if (!run.isOccurrence) return null;
  if (run.isRetry) return isPaused ? 'paused' : null;
  if (startsLeft <= 0) return 'expired';
  return wasMissed(run, living, missed, now) ? 'missed' : null;
}

/** Whether a run starts now, given those that are active. */
function turnOf(
  run: DueRun,
  living: LivingRuns,
  { overlap }: StartPolicies,
  { started, goneOn, isReplaced, held, hasFirstCatchUp }: BatchState,
): Judgement {
  // It is active already: nothing that has begun since stands in its way, unless it takes its place.
  if (run.isRetry) return isReplaced ? 'wait' : 'start';
  // Oldest first: another worker has the one that comes before it in hand at this moment.
  if (run.isCatchUp && !hasFirstCatchUp) return 'wait';
  const before = living.running + living.retrying;
  const atOnce = overlap !== 'allow' ? 1 : run.isCatchUp ? CATCH_UP_AT_ONCE : Infinity;
  if (before + started < atOnce) return 'start';
  if (run.isCatchUp || run.isHeld) return 'hold';
  // What starts in this same moment may be over in the next one.
  if (before === 0) return 'wait';
  if (overlap === 'queue') return held > 0 ? 'overlap' : 'hold';
  return overlap === 'replace' ? (started + goneOn > 0 ? 'wait' : 'replace') : 'overlap';
}

function wasMissed(
  run: DueRun,
  { latestDue }: LivingRuns,
  missed: MissedPolicy,
  now: Date,
): boolean {
  const latenessMs = now.getTime() - run.scheduledFor.getTime();
  if (run.isHeld || latenessMs <= GRACE_MS) return false;
  if (missed.policy === 'skip') return true;
  if (missed.policy === 'once') return latestDue !== null && run.scheduledFor < latestDue;
  return latenessMs > missed.maxAgeSeconds * 1_000;
}
