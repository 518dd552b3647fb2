import type { RunKey } from '../runs/run.ts';

/** A run, and the number that says who holds it: whoever takes the run over gets another one. */
export interface HeldKey extends RunKey {
  fence: number;
}

/** The same as text, for looking things up. */
export function keyOf({ jobId, scheduledFor, ordinal, fence }: HeldKey): string {
  return `${jobId}-${scheduledFor.getTime()}-${ordinal}-${fence}`;
}
