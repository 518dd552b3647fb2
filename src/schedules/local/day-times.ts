import { SECONDS_PER_DAY, dayOf } from '../civil.ts';
import type { DaySet, ListedTimes, TimeSet } from './listed-times.ts';

/** The same times on each day of a set of days. */
export class DayTimes implements ListedTimes {
  private readonly firstOfDay: number;
  private readonly lastOfDay: number;

  constructor(
    private readonly days: DaySet,
    private readonly times: TimeSet,
    readonly reach: number,
  ) {
    this.firstOfDay = times.next(0);
    this.lastOfDay = times.previous(SECONDS_PER_DAY - 1);
  }

  next(time: number): number {
    const day = dayOf(time);
    const found = this.days.next(day);
    if (found > day) return found * SECONDS_PER_DAY + this.firstOfDay;
    const ofDay = this.times.next(time - day * SECONDS_PER_DAY);
    if (ofDay >= 0) return day * SECONDS_PER_DAY + ofDay;
    return this.days.next(day + 1) * SECONDS_PER_DAY + this.firstOfDay;
  }

  previous(time: number): number {
    const day = dayOf(time);
    const found = this.days.previous(day);
    if (found < day) return found * SECONDS_PER_DAY + this.lastOfDay;
    const ofDay = this.times.previous(time - day * SECONDS_PER_DAY);
    if (ofDay >= 0) return day * SECONDS_PER_DAY + ofDay;
    return this.days.previous(day - 1) * SECONDS_PER_DAY + this.lastOfDay;
  }

  count(from: number, to: number): number {
    if (from >= to) return 0;
    const days = this.days.count(dayOf(from), dayOf(to));
    return days * this.times.size + this.countOfDayBefore(to) - this.countOfDayBefore(from);
  }

  grain(shift: number): number {
    return this.times.grain(shift);
  }

  /** Listed times of the same day that come before `time`. */
  private countOfDayBefore(time: number): number {
    const day = dayOf(time);
    if (!this.days.has(day)) return 0;
    return this.times.rank(time - day * SECONDS_PER_DAY);
  }
}
