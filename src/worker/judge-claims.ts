import type { RetryPolicy } from '../jobs/retry-policy.ts';
import type { RunStatus } from '../runs/run-state.ts';
import { type RunCause, type RunKey, type RunTrigger, WAITING } from '../runs/run.ts';
import type { MissedPolicy } from '../schedules/missed.ts';
import {
  GRACE_MS,
  type DueRun,
  type Judgement,
  judgeStarts,
  type LivingRuns,
  type OverlapPolicy,
} from '../schedules/overlap.ts';

/** A run that is ours until the lease ends, with the definition that it starts from. */
export interface ClaimedRun extends RunKey {
  trigger: RunTrigger;
  /** Number of the attempt that begins now. */
  attempt: number;
  /** Attempts before it that do not count against the retry policy. */
  handedBack: number;
  /** What we must show to change the run; somebody who takes it away counts it up. */
  fence: number;
  jobName: string;
  type: string;
  payload: unknown;
  timeoutMs: number;
  retry: RetryPolicy;
  /** The run whose end has started this one. */
  cause: RunCause | null;
  /** Whether the end of a run may start other jobs, or pause this one. */
  followUps: boolean;
}

/** A due run and what its job says about it, both locked. */
export interface Candidate extends ClaimedRun {
  status: RunStatus;
  reason: string | null;
  revision: number;
  nextRun: Date | null;
  isPaused: boolean;
  missed: MissedPolicy;
  overlap: OverlapPolicy;
  maxRuns: number | null;
  runCount: number;
}

export interface JudgedRun {
  run: Candidate;
  judgement: Judgement;
}

export function isStart(judgement: Judgement): boolean {
  return judgement === 'start' || judgement === 'replace';
}

const NO_OTHERS: LivingRuns = { running: 0, retrying: 0, held: 0, latestDue: null };

/** Judges the due runs of many jobs, each job by its own policies. */
export function judgeByJob(
  due: readonly Candidate[],
  living: ReadonlyMap<number, LivingRuns>,
  now: Date,
): JudgedRun[] {
  const byJob = new Map<number, Candidate[]>();
  for (const run of due) {
    const runs = byJob.get(run.jobId);
    if (runs) runs.push(run);
    else byJob.set(run.jobId, [run]);
  }
  return [...byJob].flatMap(([jobId, runs]) =>
    judgeOneJob(runs, living.get(jobId) ?? NO_OTHERS, now),
  );
}

function judgeOneJob(runs: readonly Candidate[], living: LivingRuns, now: Date): JudgedRun[] {
  const [{ overlap, missed, isPaused, maxRuns, runCount }] = runs as [Candidate, ...Candidate[]];
  const startsLeft = maxRuns === null ? Infinity : maxRuns - runCount;
  const policies = { overlap, missed, isPaused, startsLeft };
  const judgements = judgeStarts(runs.map(factsOf), living, policies, now);
  return runs.map((run, index) => ({ run, judgement: judgements[index] ?? 'wait' }));
}

function factsOf({ scheduledFor, ordinal, attempt, trigger, reason }: Candidate): DueRun {
  return {
    scheduledFor,
    isOccurrence: ordinal === 0,
    isRetry: attempt > 1,
    isHeld: reason === WAITING,
    isCatchUp: trigger === 'missed' || trigger === 'backfill',
    exclusion: reason === 'calendar' || reason === 'exception' ? reason : null,
  };
}

/**
 * Whether a late occurrence is part of an outage that the planner has yet to settle: it takes
 * such occurrences back, so that the outage is judged as a whole.
 */
export function isForPlanner(
  { status, trigger, scheduledFor, nextRun }: Candidate,
  now: Date,
): boolean {
  if (status !== 'planned' || trigger !== 'schedule' || !nextRun) return false;
  const graceEnd = now.getTime() - GRACE_MS;
  return scheduledFor.getTime() <= graceEnd && nextRun.getTime() <= graceEnd;
}
