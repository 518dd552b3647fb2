import type { Backoff } from '../common/backoff.ts';

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
