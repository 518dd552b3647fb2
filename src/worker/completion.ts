import { afterAttempt } from '../jobs/retry-policy.ts';
import type { Attempt as PastAttempt, RunKey } from '../runs/run.ts';
import type { Outcome } from '../scheduler/jobs/job-handler.ts';
import type { Attempt } from './attempt.ts';
import { errorText, resultJson, storableText } from './bounded.ts';

const MAX_LINE_LENGTH = 1_000;

/** The end of an attempt as it goes into the ledger. */
export interface Completion extends RunKey {
  fence: number;
  /** `queued` when another attempt follows. */
  status: 'succeeded' | 'failed' | 'queued';
  startedAt: Date;
  finishedAt: Date;
  /** When the next attempt may start. */
  wakeAt: Date | null;
  error: string | null;
  /** JSON text. */
  result: string | null;
  log: string[] | null;
  /** The attempt itself, kept beside the row when another one follows. */
  past: PastAttempt | null;
  /** Whether the verdict of the run may start other jobs, or pause its own. */
  followUps: boolean;
  /** The run's place in a chain: 0 when no other run has started it. */
  depth: number;
}

/**
 * What follows from an outcome: the verdict, or another attempt as the job's policy allows.
 * @param random a number from 0 to 1, for the jitter of the delay.
 */
export function complete(
  attempt: Attempt,
  outcome: Outcome,
  { finishedAt, worker, random }: { finishedAt: Date; worker: string; random: number },
): Completion {
  const { run, startedAt, lines } = attempt;
  const error = 'error' in outcome ? errorText(outcome.error) : null;
  const counted = run.attempt - run.handedBack;
  const after = afterAttempt(run.retry, { ...outcome, attempt: counted, finishedAt }, random);
  const base = {
    jobId: run.jobId,
    scheduledFor: run.scheduledFor,
    ordinal: run.ordinal,
    fence: run.fence,
    startedAt,
    finishedAt,
    error,
    result: resultJson(outcome.result),
    log: lines.length > 0 ? lines.map((line) => storableText(line, MAX_LINE_LENGTH)) : null,
    followUps: run.followUps,
    depth: run.cause?.depth ?? 0,
  };
  if (after.status !== 'queued') return { ...base, ...after, past: null };
  return {
    ...base,
    ...after,
    past: {
      attempt: run.attempt,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      outcome: 'retry',
      error,
      worker,
    },
  };
}
