import { SECONDS_PER_DAY } from '../civil.ts';
import { LAST_SECOND, type SecondSchedule } from '../local/second-schedule.ts';
import { schedulePartError } from '../schedule-error.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { nthInstant } from './nth-instant.ts';
import type { PartPlaces, RruleParts } from './grammar/rrule-parts.ts';
import type { Until } from './grammar/until.ts';

/** COUNT is looked for within 100 years, and within so many steps: some milliseconds of work. */
const MOST_DAYS = 36_525;
const MOST_STEPS = 60_000;

/** A rule, and what it would be without an end. */
export interface EndlessRule {
  readonly parts: RruleParts;
  readonly places: PartPlaces;
  readonly zone: TimeZone;
  readonly whole: SecondSchedule;
  /** The first instant. */
  readonly earliest: Date;
  /** How many steps counting takes for a day, at most. */
  readonly stepsPerDay: number;
}

/** The second that UNTIL or COUNT ends a rule with. */
export function lastSecondOf(rule: EndlessRule): number {
  if (rule.parts.UNTIL) return lastByUntil(rule, untilIn(rule.parts.UNTIL, rule.zone));
  if (rule.parts.COUNT) return lastByCount(rule, rule.parts.COUNT);
  return LAST_SECOND;
}

function lastByUntil({ places, earliest }: EndlessRule, last: number): number {
  if (last * 1000 >= earliest.getTime()) return Math.min(last, LAST_SECOND);
  const message = `UNTIL lies before the first instant, ${earliest.toISOString()}`;
  throw schedulePartError(message, places.get('UNTIL')!);
}

function lastByCount({ places, whole, stepsPerDay }: EndlessRule, count: number): number {
  const days = Math.floor(Math.min(MOST_DAYS, MOST_STEPS / stepsPerDay));
  const limit = whole.first + days * SECONDS_PER_DAY;
  const last = nthInstant(whole, count, { after: whole.first - 1, limit });
  if (last !== null || limit >= LAST_SECOND) return last ?? LAST_SECOND;
  const message = `COUNT is not reached within ${days} days of the start; end the rule by UNTIL`;
  throw schedulePartError(message, places.get('COUNT')!);
}

/**
 * The last instant that a rule with this end may have. A local time that the clock shows twice
 * stands for the second time, one that it jumps over for what it shows instead.
 */
function untilIn({ seconds, isLocal }: Until, zone: TimeZone): number {
  if (!isLocal) return seconds;
  let span = zone.spanAt(seconds - SECONDS_PER_DAY);
  // The last span whose clock shows it, or would if it had not been moved before.
  while (seconds - zone.offsetOf(span + 1) >= zone.startOf(span + 1)) span += 1;
  return seconds - zone.offsetOf(span);
}
