/**
 * How late an occurrence may be and still count as merely late. Beyond it, it was missed, and the
 * missed policy says what becomes of it.
 */
export const GRACE_MS = 5_000;

/** A run of one job that is due and waits to be started. */
export interface DueRun {
  scheduledFor: Date;
  /** An instant of the schedule, as opposed to a start by hand. */
  isOccurrence: boolean;
  /** Whether it has been started before, and waits for another attempt. */
  isRetry: boolean;
  /** Whether its job is paused: then what the schedule has begun is not taken up again. */
  isPaused: boolean;
}

/** What else there is of that job. */
export interface LivingRuns {
  /** Runs under way. */
  running: number;
  /** Runs between two attempts, those that are due included. */
  retrying: number;
  /** The latest occurrence that is due and has not been started. */
  latestDue: Date | null;
}

/** Start it, let it wait for its turn, or give it its verdict for this reason. */
export type Judgement = 'start' | 'wait' | 'overlap' | 'missed' | 'paused';

/**
 * Judges the due runs of one job, in the order given, by the policies in force for all jobs: of
 * what was missed the latest is run, and nothing is started while a run before it is active.
 * A run is active from its first start to its verdict, the time between attempts included.
 */
export function judgeStarts(due: readonly DueRun[], living: LivingRuns, now: Date): Judgement[] {
  let started = false;
  return due.map((run) => {
    if (run.isPaused && run.isRetry && run.isOccurrence) return 'paused';
    if (wasMissed(run, living, now)) return 'missed';
    if (started) return 'wait';
    started = true;
    const others = living.running + living.retrying - (run.isRetry ? 1 : 0);
    return others > 0 ? 'overlap' : 'start';
  });
}

function wasMissed(run: DueRun, { latestDue }: LivingRuns, now: Date): boolean {
  if (!run.isOccurrence || run.isRetry || !latestDue) return false;
  const isLate = now.getTime() - run.scheduledFor.getTime() > GRACE_MS;
  return isLate && run.scheduledFor < latestDue;
}
