import { SECONDS_PER_DAY, dayOf } from '../civil.ts';
import type { CronFields } from './cron-fields.ts';
import { DayRule } from './day-rule.ts';
import type { ValueSet } from './value-set.ts';

/**
 * The local times that a cron expression lists, as if no clock were ever moved.
 * Times are what the local clock shows, in seconds since 1970-01-01 00:00 local.
 */
export class LocalTimes {
  private readonly days: DayRule;
  private readonly hours: ValueSet;
  private readonly minutes: ValueSet;
  private readonly seconds: ValueSet;
  private readonly firstOfDay: number;
  private readonly lastOfDay: number;
  private readonly perDay: number;

  constructor(fields: CronFields) {
    this.days = new DayRule(fields);
    this.hours = fields.hours;
    this.minutes = fields.minutes;
    this.seconds = fields.seconds;
    this.firstOfDay = this.timeOfDayFrom(0);
    this.lastOfDay = this.timeOfDayUpTo(SECONDS_PER_DAY - 1);
    this.perDay = this.hours.size * this.minutes.size * this.seconds.size;
  }

  /** Both day fields are restricted: a day that matches one of them counts. */
  get matchesEitherDayField(): boolean {
    return this.days.matchesEitherField;
  }

  has(time: number): boolean {
    return this.next(time) === time;
  }

  /** The first listed time from `time` on, or Infinity. */
  next(time: number): number {
    const day = dayOf(time);
    const found = this.days.next(day);
    if (found > day) return found * SECONDS_PER_DAY + this.firstOfDay;
    const ofDay = this.timeOfDayFrom(time - day * SECONDS_PER_DAY);
    if (ofDay >= 0) return day * SECONDS_PER_DAY + ofDay;
    return this.days.next(day + 1) * SECONDS_PER_DAY + this.firstOfDay;
  }

  /** The last listed time up to `time`, or -Infinity. */
  previous(time: number): number {
    const day = dayOf(time);
    const found = this.days.previous(day);
    if (found < day) return found * SECONDS_PER_DAY + this.lastOfDay;
    const ofDay = this.timeOfDayUpTo(time - day * SECONDS_PER_DAY);
    if (ofDay >= 0) return day * SECONDS_PER_DAY + ofDay;
    return this.days.previous(day - 1) * SECONDS_PER_DAY + this.lastOfDay;
  }

  /** How many listed times there are from `from` on and before `to`. */
  count(from: number, to: number): number {
    if (from >= to) return 0;
    const days = this.days.count(dayOf(from), dayOf(to));
    return days * this.perDay + this.countOfDayBefore(to) - this.countOfDayBefore(from);
  }

  /** Listed times of the same day that come before `time`. */
  private countOfDayBefore(time: number): number {
    const day = dayOf(time);
    if (!this.days.has(day)) return 0;
    const ofDay = time - day * SECONDS_PER_DAY;
    const [hour, minute, second] = [(ofDay / 3600) | 0, ((ofDay / 60) | 0) % 60, ofDay % 60];
    let count = this.hours.rank(hour) * this.minutes.size * this.seconds.size;
    if (!this.hours.has(hour)) return count;
    count += this.minutes.rank(minute) * this.seconds.size;
    return this.minutes.has(minute) ? count + this.seconds.rank(second) : count;
  }

  /** The first listed second of the day from `ofDay` on, or -1. */
  private timeOfDayFrom(ofDay: number): number {
    const hour = (ofDay / 3600) | 0;
    const minute = ((ofDay / 60) | 0) % 60;
    if (this.hours.has(hour)) {
      const second = this.minutes.has(minute) ? this.seconds.next(ofDay % 60) : -1;
      if (second >= 0) return hour * 3600 + minute * 60 + second;
      const later = this.minutes.next(minute + 1);
      if (later >= 0) return hour * 3600 + later * 60 + this.seconds.next(0);
    }
    const later = this.hours.next(hour + 1);
    return later < 0 ? -1 : later * 3600 + this.minutes.next(0) * 60 + this.seconds.next(0);
  }

  /** The last listed second of the day up to `ofDay`, or -1. */
  private timeOfDayUpTo(ofDay: number): number {
    const hour = (ofDay / 3600) | 0;
    const minute = ((ofDay / 60) | 0) % 60;
    if (this.hours.has(hour)) {
      const second = this.minutes.has(minute) ? this.seconds.previous(ofDay % 60) : -1;
      if (second >= 0) return hour * 3600 + minute * 60 + second;
      const earlier = this.minutes.previous(minute - 1);
      if (earlier >= 0) return hour * 3600 + earlier * 60 + this.seconds.previous(63);
    }
    const earlier = this.hours.previous(hour - 1);
    if (earlier < 0) return -1;
    return earlier * 3600 + this.minutes.previous(63) * 60 + this.seconds.previous(63);
  }
}
