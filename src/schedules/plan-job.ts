import { type OccurrencePlan, type PlanInput, planOccurrences } from './missed.ts';
import { GRACE_MS } from './overlap.ts';

/** Occurrences of one job planned in one go, so that no job fills a transaction alone. */
const OCCURRENCES_AT_ONCE = 100;

/** A next instant at or before this one has not been planned in time: there was an outage. */
export function outageBefore(now: Date): Date {
  return new Date(now.getTime() - GRACE_MS);
}

/** Plans the next occurrences of a job. After an outage everything up to now was missed. */
export function planJob(input: Omit<PlanInput, 'graceMs' | 'limit'>): OccurrencePlan {
  const graceMs = input.nextRun <= outageBefore(input.now) ? 0 : GRACE_MS;
  return planOccurrences({ ...input, graceMs, limit: OCCURRENCES_AT_ONCE });
}
