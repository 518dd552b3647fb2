import type { RunKey } from '../runs/run.ts';

/** A run, and the number that says who holds it: whoever takes the run over gets another one. */
export interface HeldKey extends RunKey {
  fence: number;
}

/** The same as text, for looking things up. */
export function keyOf({ jobId, scheduledFor, ordinal, fence }: HeldKey): string {
  return `${jobId}-${scheduledFor.getTime()}-${ordinal}-${fence}`;
}

/**
 * The same runs in the one order in which statements have to lock them: several that change the
 * same runs at the same time could wait for each other in a circle otherwise.
 */
export function inLockOrder<T extends RunKey>(runs: readonly T[]): T[] {
  return runs.toSorted(
    (one, other) =>
      one.jobId - other.jobId ||
      one.scheduledFor.getTime() - other.scheduledFor.getTime() ||
      one.ordinal - other.ordinal,
  );
}
