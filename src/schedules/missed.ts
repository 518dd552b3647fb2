import type { Agenda, Exclusion } from './agenda.ts';
import { rangeBetween, type SkippedRange } from './skipped-range.ts';

/** What becomes of instants that passed while nobody could run them. */
export interface MissedPolicy {
  /** Run none, the latest, or the newest up to both limits. */
  policy: 'skip' | 'once' | 'all';
  /** Instants that are older are not run any more; for `once` and `all`. */
  maxAgeSeconds: number;
  /** How many are run at most; for `all`. */
  maxCount: number;
}

export const DEFAULT_MISSED: Readonly<MissedPolicy> = Object.freeze({
  policy: 'once',
  maxAgeSeconds: 86_400,
  maxCount: 100,
});

/** An instant that gets a row of its own. */
interface DueOccurrence {
  scheduledFor: Date;
  trigger: 'schedule' | 'missed';
  /** The instant that the schedule names. */
  nominal: Date;
  /** Why it will not be run, if so. */
  exclusion: Exclusion | null;
}

/** Everything before `next` is accounted for: each instant is due, or lies in the range. */
export interface OccurrencePlan {
  /** Oldest first. */
  due: DueOccurrence[];
  /** Older than everything that is due. */
  skipped: SkippedRange | null;
  /** The first instant that the plan does not cover, or null when the schedule has ended. */
  next: Date | null;
}

export interface PlanInput {
  schedule: Agenda;
  policy: MissedPolicy;
  /** The first instant that no plan has covered yet. */
  nextRun: Date;
  now: Date;
  /** Plan up to this instant, included. */
  horizon: Date;
  /** Instants less late than this are late, not missed. */
  graceMs: number;
  /** The plan holds at most so many due instants; what is left follows in the next plan. */
  limit: number;
}

/**
 * Splits everything from `nextRun` up to `horizon` into runs and one skipped range.
 * Instants at or before `now - graceMs` are missed and go by the policy; all later ones are due.
 */
export function planOccurrences(input: PlanInput): OccurrencePlan {
  const { schedule, now, graceMs, limit } = input;
  const after = new Date(input.nextRun.getTime() - 1);
  const missedUntil = new Date(now.getTime() - graceMs);
  const firstToRun = missedUntil > after ? firstMissedToRun(input, after, missedUntil) : null;

  const skippedUntil = firstToRun ? new Date(firstToRun.getTime() - 1) : missedUntil;
  const skipped = skippedUntil > after ? rangeBetween(schedule, after, skippedUntil) : null;

  const until = input.horizon > missedUntil ? input.horizon : missedUntil;
  const due: DueOccurrence[] = [];
  let next = skipped ? schedule.next(skipped.to) : schedule.next(after);
  while (next && next <= until && due.length < limit) {
    due.push({
      scheduledFor: next,
      trigger: next > missedUntil ? 'schedule' : 'missed',
      nominal: schedule.nominalOf(next),
      exclusion: schedule.exclusionOf(next),
    });
    next = schedule.next(next);
  }
  return { due, skipped, next };
}

/**
 * The oldest of the missed instants that the policy wants to run: it and all later ones get rows
 * of their own. An instant that is excluded does not count against the policy.
 */
function firstMissedToRun(
  { schedule, policy, now }: PlanInput,
  after: Date,
  missedUntil: Date,
): Date | null {
  const oldest = Math.max(now.getTime() - policy.maxAgeSeconds * 1000, after.getTime() + 1);
  const most = { skip: 0, once: 1, all: policy.maxCount }[policy.policy];
  if (schedule.count(new Date(oldest - 1), missedUntil) <= most) {
    // All of them: no need to look at each.
    const first = schedule.nextToRun(new Date(oldest - 1));
    return first && first <= missedUntil ? first : null;
  }
  let first: Date | null = null;
  let candidate = most > 0 ? schedule.latestToRun(missedUntil) : null;
  for (let count = 1; candidate && candidate.getTime() >= oldest; count += 1) {
    first = candidate;
    candidate = count < most ? schedule.latestToRun(new Date(first.getTime() - 1)) : null;
  }
  return first;
}
