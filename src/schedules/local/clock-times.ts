import type { ValueSet } from '../cron/value-set.ts';
import type { TimeSet } from './listed-times.ts';

/** The times of day that hours, minutes and seconds make when each is combined with each. */
export class ClockTimes implements TimeSet {
  readonly size: number;
  private readonly perHour: number;

  constructor(
    readonly hours: ValueSet,
    private readonly minutes: ValueSet,
    private readonly seconds: ValueSet,
  ) {
    this.perHour = minutes.size * seconds.size;
    this.size = hours.size * this.perHour;
  }

  next(time: number): number {
    const hour = (time / 3600) | 0;
    const minute = ((time / 60) | 0) % 60;
    if (this.hours.has(hour)) {
      const second = this.minutes.has(minute) ? this.seconds.next(time % 60) : -1;
      if (second >= 0) return hour * 3600 + minute * 60 + second;
      const later = this.minutes.next(minute + 1);
      if (later >= 0) return hour * 3600 + later * 60 + this.seconds.next(0);
    }
    const later = this.hours.next(hour + 1);
    return later < 0 ? -1 : later * 3600 + this.minutes.next(0) * 60 + this.seconds.next(0);
  }

  previous(time: number): number {
    const hour = (time / 3600) | 0;
    const minute = ((time / 60) | 0) % 60;
    if (this.hours.has(hour)) {
      const second = this.minutes.has(minute) ? this.seconds.previous(time % 60) : -1;
      if (second >= 0) return hour * 3600 + minute * 60 + second;
      const earlier = this.minutes.previous(minute - 1);
      if (earlier >= 0) return hour * 3600 + earlier * 60 + this.seconds.previous(63);
    }
    const earlier = this.hours.previous(hour - 1);
    if (earlier < 0) return -1;
    return earlier * 3600 + this.minutes.previous(63) * 60 + this.seconds.previous(63);
  }

  rank(time: number): number {
    const [hour, minute, second] = [(time / 3600) | 0, ((time / 60) | 0) % 60, time % 60];
    let count = this.hours.rank(hour) * this.perHour;
    if (!this.hours.has(hour)) return count;
    count += this.minutes.rank(minute) * this.seconds.size;
    return this.minutes.has(minute) ? count + this.seconds.rank(second) : count;
  }

  /** The member with so many smaller ones. */
  at(rank: number): number {
    const inHour = rank % this.perHour;
    const hour = this.hours.at((rank / this.perHour) | 0);
    const minute = this.minutes.at((inHour / this.seconds.size) | 0);
    return hour * 3600 + minute * 60 + this.seconds.at(inHour % this.seconds.size);
  }

  /** Minutes and seconds are the same in each hour that has any, and seconds in each minute. */
  grain(shift: number): number {
    return [3600, 60].find((seconds) => shift % seconds === 0) ?? 1;
  }
}
