import { ValueSet } from '../cron/value-set.ts';
import { ClockTimes } from '../local/clock-times.ts';
import type { RruleParts } from './grammar/rrule-parts.ts';
import { FREQUENCIES, type Frequency } from './grammar/rrule-values.ts';
import type { RuleStart } from './rule-start.ts';

const ZERO = ValueSet.of([0]);

/** Hours, minutes and seconds of a rule: listed, all, or that of its start. */
export interface RuleClock {
  readonly hours: ValueSet;
  readonly minutes: ValueSet;
  readonly seconds: ValueSet;
}

export function clockOf(parts: RruleParts, start: RuleStart): RuleClock {
  const { FREQ, BYHOUR, BYMINUTE, BYSECOND } = parts;
  return {
    hours: ValueSet.of(BYHOUR ?? (isWithin(FREQ, 'HOURLY') ? range(24) : [start.hour])),
    minutes: ValueSet.of(BYMINUTE ?? (isWithin(FREQ, 'MINUTELY') ? range(60) : [start.minute])),
    seconds: ValueSet.of(BYSECOND ?? (isWithin(FREQ, 'SECONDLY') ? range(60) : [start.second])),
  };
}

/** All times of a day. */
export function timesOfDay({ hours, minutes, seconds }: RuleClock): ClockTimes {
  return new ClockTimes(hours, minutes, seconds);
}

/** The hours, minutes or seconds that a rule goes by. */
export interface ClockUnits {
  readonly unitSeconds: number;
  /** Their starts within a day. */
  readonly units: ClockTimes;
  /** Times within one of them, counted from its start. */
  readonly inside: ClockTimes;
}

/** How a rule cuts the day; null for rules that go by days or longer periods. */
export function clockUnits(frequency: Frequency, clock: RuleClock): ClockUnits | null {
  const { hours, minutes, seconds } = clock;
  if (frequency === 'HOURLY') {
    const inside = new ClockTimes(ZERO, minutes, seconds);
    return { unitSeconds: 3600, units: new ClockTimes(hours, ZERO, ZERO), inside };
  }
  if (frequency === 'MINUTELY') {
    const inside = new ClockTimes(ZERO, ZERO, seconds);
    return { unitSeconds: 60, units: new ClockTimes(hours, minutes, ZERO), inside };
  }
  if (frequency !== 'SECONDLY') return null;
  const inside = new ClockTimes(ZERO, ZERO, ZERO);
  return { unitSeconds: 1, units: timesOfDay(clock), inside };
}

/** Whether a frequency is at least as high as another. */
function isWithin(frequency: Frequency, other: Frequency): boolean {
  return FREQUENCIES.indexOf(frequency) <= FREQUENCIES.indexOf(other);
}

function range(size: number): number[] {
  return Array.from({ length: size }, (_, value) => value);
}
