import { SECONDS_PER_DAY, dayOf, monthOf, monthStart, weekdayOf } from '../civil.ts';
import type { TimeZone } from '../zones/time-zone.ts';

/**
 * The local time at which a rule starts. It supplies what the rule does not say (the time of day,
 * the weekday, the day of the month or year) and is what INTERVAL counts from.
 */
export class RuleStart {
  /** Local seconds since 1970. */
  readonly localTime: number;
  readonly day: number;

  /** @param instant seconds since 1970. */
  constructor(
    readonly instant: number,
    zone: TimeZone,
  ) {
    this.localTime = instant + zone.offsetAt(instant);
    this.day = dayOf(this.localTime);
  }

  /** 1 for January. */
  get month(): number {
    return (monthOf(this.day) % 12) + 1;
  }

  get monthDay(): number {
    return this.day - monthStart(monthOf(this.day)) + 1;
  }

  /** 0 for Sunday. */
  get weekday(): number {
    return weekdayOf(this.day);
  }

  get hour(): number {
    return (this.ofDay / 3600) | 0;
  }

  get minute(): number {
    return ((this.ofDay / 60) | 0) % 60;
  }

  get second(): number {
    return this.ofDay % 60;
  }

  private get ofDay(): number {
    return this.localTime - this.day * SECONDS_PER_DAY;
  }
}
