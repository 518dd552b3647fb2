import type { RetryPolicy } from '../jobs/retry-policy.ts';
import { dueRunOf } from '../runs/due-run.ts';
import type { RunStatus } from '../runs/run-state.ts';
import type { RunCause, RunKey, RunTrigger } from '../runs/run.ts';
import type { MissedPolicy } from '../schedules/missed.ts';
import {
  type Judgement,
  judgeStarts,
  type LivingRuns,
  type OverlapPolicy,
  startsLeft,
} from '../schedules/overlap.ts';
import { outageBefore } from '../schedules/plan-job.ts';

/** A run that is ours until the lease ends, with the definition that it starts from. */
export interface ClaimedRun extends RunKey {
  trigger: RunTrigger;
  /** Number of the attempt that begins now. */
  attempt: number;
  /** Attempts before it that do not count against the retry policy. */
  handedBack: number;
  /** Of the job, when the run was claimed. */
  revision: number;
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

const NO_OTHERS: LivingRuns = {
  ...{ running: 0, retrying: 0, held: 0 },
  ...{ latestDue: null, firstCatchUp: null },
};

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
  const [job] = runs as [Candidate, ...Candidate[]];
  const policies = { ...job, startsLeft: startsLeft(job) };
  const judgements = judgeStarts(runs.map(dueRunOf), living, policies, now);
  return runs.map((run, index) => ({ run, judgement: judgements[index] ?? 'wait' }));
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
  const missedUntil = outageBefore(now);
  return scheduledFor <= missedUntil && nextRun <= missedUntil;
}
