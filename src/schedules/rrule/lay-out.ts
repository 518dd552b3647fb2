import type { DstPolicy } from '../dst-policy.ts';
import type { SecondSchedule } from '../local/second-schedule.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { Timeline } from '../zones/timeline.ts';
import { modulo } from './days/arithmetic.ts';
import { ElapsedSchedule } from './elapsed-schedule.ts';
import type { RruleParts } from './grammar/rrule-parts.ts';
import { RruleSchedule } from './rrule-schedule.ts';
import { clockOf } from './rule-clock.ts';
import type { RuleStart } from './rule-start.ts';
import { timesByClock, timesByDay } from './rule-times.ts';
import { SteppedTimes } from './times/stepped-times.ts';

/** A zone, and what happens to fixed local times when its clock is moved. */
export interface Zoning {
  readonly zone: TimeZone;
  readonly dst: DstPolicy;
}

/** A rule in its zone. */
export interface LaidOut {
  /** Makes the schedule that lasts from one second to another, both included. */
  readonly between: (first: number, last: number) => SecondSchedule;
  /** How many steps counting takes for a day, at most. */
  readonly stepsPerDay: number;
}

/**
 * Lays a rule over its zone; null when it lists nothing. A rule that names no hour, or all of
 * them, goes by elapsed time; INTERVAL then counts elapsed hours, minutes or seconds too. Any
 * other has fixed local times, which follow the daylight saving policy.
 */
export function layOut(parts: RruleParts, start: RuleStart, { zone, dst }: Zoning): LaidOut | null {
  const clock = clockOf(parts, start);
  const allDay = clock.hours.size === 24;
  const stepped = timesByClock(parts, start, clock);
  if (stepped) {
    if (stepped.inside.size === 0) return null;
    const stepsPerDay = stepped.units.countingSteps;
    const intoUnit = modulo(start.localTime, stepped.units.unitSeconds);
    const origin = start.instant - intoUnit;
    const fixed = new SteppedTimes(stepped, start.localTime - intoUnit);
    const timeline = new Timeline(zone, { ...dst });
    return allDay
      ? { stepsPerDay, between: (...range) => new ElapsedSchedule(zone, stepped, origin, ...range) }
      : { stepsPerDay, between: (...range) => new RruleSchedule(fixed, timeline, ...range) };
  }

  const times = timesByDay(parts, start, clock);
  if (!times) return null;
  const timeline = new Timeline(zone, allDay && !parts.BYSETPOS ? null : { ...dst });
  return { stepsPerDay: 1, between: (...range) => new RruleSchedule(times, timeline, ...range) };
}
