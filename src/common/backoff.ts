export interface Backoff {
  kind: 'fixed' | 'exponential';
  initialDelayMs: number;
  maxDelayMs: number;
  /** Share of the delay that is left to chance, 0 to 1: with 0.2 it lies within 20 % either way. */
  jitter: number;
}

/**
 * The delay before the attempt that follows `attempt` (1 for the first), in milliseconds.
 * @param random a number from 0 to 1, from the caller so that the function stays pure.
 */
export function backoffDelayMs(backoff: Backoff, attempt: number, random: number): number {
  const { kind, initialDelayMs, maxDelayMs, jitter } = backoff;
  const grown = kind === 'fixed' ? initialDelayMs : initialDelayMs * 2 ** (attempt - 1);
  const spread = 1 + jitter * (2 * random - 1);
  return Math.round(Math.min(maxDelayMs, Math.min(maxDelayMs, grown) * spread));
}
