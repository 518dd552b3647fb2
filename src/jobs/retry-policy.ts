import { type Backoff, backoffDelayMs } from '../common/backoff.ts';

/** When and how often a failed attempt is tried again. Retries never move the schedule. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  maxAttempts: number;
  backoff: Backoff['kind'];
  initialDelayMs: number;
  maxDelayMs: number;
  jitter: number;
  /** Whether an attempt whose worker was lost is followed by one more, even beyond `maxAttempts`. */
  onLost: 'retry' | 'fail';
}

export const DEFAULT_RETRY: Readonly<RetryPolicy> = Object.freeze({
  maxAttempts: 1,
  backoff: 'exponential',
  initialDelayMs: 1_000,
  maxDelayMs: 300_000,
  jitter: 0.2,
  onLost: 'retry',
});

export const DEFAULT_TIMEOUT_MS = 30_000;

/** An attempt that is over, as far as it matters for what comes next. */
export interface EndedAttempt {
  kind: 'succeeded' | 'retry' | 'failed';
  /** For how long the target asks not to be tried again, in milliseconds. */
  afterMs?: number;
  /** Number of the attempt; attempts that were handed back do not count. */
  attempt: number;
  finishedAt: Date;
}

/** The verdict of a run, or when its next attempt may start. */
export type AfterAttempt =
  { status: 'succeeded' | 'failed'; wakeAt: null } | { status: 'queued'; wakeAt: Date };

/**
 * What follows from the end of an attempt.
 * @param random a number from 0 to 1, for the jitter of the delay.
 */
export function afterAttempt(
  retry: RetryPolicy,
  { kind, afterMs = 0, attempt, finishedAt }: EndedAttempt,
  random: number,
): AfterAttempt {
  if (kind === 'succeeded') return { status: 'succeeded', wakeAt: null };
  if (kind === 'failed' || attempt >= retry.maxAttempts) return { status: 'failed', wakeAt: null };

  const backoffMs = backoffDelayMs({ ...retry, kind: retry.backoff }, attempt, random);
  // What the target asks for counts, but only up to what the owner of the job allows.
  const delayMs = Math.max(backoffMs, Math.min(afterMs, retry.maxDelayMs));
  return { status: 'queued', wakeAt: new Date(finishedAt.getTime() + delayMs) };
}

/**
 * What becomes of a run whose worker was lost during this attempt. It gets one attempt more than
 * the policy allows otherwise, unless the owner prefers none: that bounds how often a run that
 * takes its worker down with it can do so.
 */
export function afterLoss(
  { onLost, maxAttempts }: RetryPolicy,
  attempt: number,
): 'queued' | 'lost' {
  return onLost === 'retry' && attempt <= maxAttempts ? 'queued' : 'lost';
}
