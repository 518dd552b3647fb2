import type { RunKey } from '../runs/run.ts';
import type { Job } from './job.ts';

/** How a run has ended, where anything follows from it. */
export type Verdict = 'succeeded' | 'failed' | 'lost';

/** The end of a run that got its verdict. */
export interface EndedRun extends RunKey {
  verdict: Verdict;
  /** What it answered, as JSON text. */
  result: string | null;
  /** Its place in a chain: 0 when no other run has started it. */
  depth: number;
}

/** What a job says about the ends of its runs. */
export type FollowedJob = Pick<
  Job,
  'id' | 'namespaceId' | 'isActive' | 'autoPauseAfter' | 'onSuccess' | 'onFailure' | 'onFinish'
> & {
  /** Failed runs since the last one that succeeded; counted only for `autoPauseAfter`. */
  failuresInRow: number;
};

/** What follows from the end of one run. */
export interface FollowUps {
  failuresInRow: number;
  /** Why the job is paused now; null when it is not. */
  pause: string | null;
  /** Ids of the jobs to start, each of them once. */
  start: number[];
}

/** What follows from the ends of many runs, by the ids of their jobs. */
export interface AllFollowUps {
  failuresInRow: Map<number, number>;
  pauses: Map<number, string>;
  starts: { jobId: number; cause: EndedRun }[];
  /** Ends that start nothing, although their jobs want it: the chain has become too long. */
  tooDeep: EndedRun[];
}

/** A chain that goes on and on, since it was edited while it ran, say, ends with this link. */
export const MAX_CHAIN_DEPTH = 10;

/** What follows when a run of `job` ends with `verdict`. A lost run has failed as well. */
export function followUpsOf(
  job: Omit<FollowedJob, 'id' | 'namespaceId'>,
  verdict: Verdict,
): FollowUps {
  const { autoPauseAfter, isActive, onSuccess, onFailure, onFinish } = job;
  const hasSucceeded = verdict === 'succeeded';
  const counts = autoPauseAfter !== null && !hasSucceeded;
  const failuresInRow = counts ? job.failuresInRow + 1 : 0;
  const isEnough = counts && isActive && failuresInRow >= autoPauseAfter;

  return {
    failuresInRow,
    pause: isEnough ? `auto-paused: ${inWords(failuresInRow)} in a row` : null,
    start: [...new Set([...(hasSucceeded ? onSuccess : onFailure), ...onFinish])],
  };
}

/**
 * The same for runs of many jobs, in the order in which they ended. Only what has changed is told.
 * A run whose job is not among `jobs` has no follow-ups: the job is gone.
 */
export function followUpsOfAll(
  jobs: ReadonlyMap<number, FollowedJob>,
  ended: readonly EndedRun[],
): AllFollowUps {
  const states = new Map(jobs);
  const pauses = new Map<number, string>();
  const starts: AllFollowUps['starts'] = [];
  const tooDeep: EndedRun[] = [];

  for (const run of ended) {
    const job = states.get(run.jobId);
    if (!job) continue;
    const { failuresInRow, pause, start } = followUpsOf(job, run.verdict);
    states.set(job.id, { ...job, failuresInRow, isActive: job.isActive && pause === null });
    if (pause !== null) pauses.set(job.id, pause);
    if (run.depth < MAX_CHAIN_DEPTH) starts.push(...start.map((jobId) => ({ jobId, cause: run })));
    else if (start.length > 0) tooDeep.push(run);
  }
  return { failuresInRow: changedCounts(jobs, states), pauses, starts, tooDeep };
}

function changedCounts(
  before: ReadonlyMap<number, FollowedJob>,
  after: ReadonlyMap<number, FollowedJob>,
): Map<number, number> {
  const counts = [...after].map(([id, { failuresInRow }]) => [id, failuresInRow] as const);
  return new Map(counts.filter(([id, count]) => before.get(id)?.failuresInRow !== count));
}

function inWords(failures: number): string {
  return failures === 1 ? '1 failed run' : `${failures} failed runs`;
}
