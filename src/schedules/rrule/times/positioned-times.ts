import { SECONDS_PER_DAY, dayOf } from '../../civil.ts';
import type { ClockTimes } from '../../local/clock-times.ts';
import type { ListedTimes } from '../../local/listed-times.ts';
import type { Periods } from '../days/periods.ts';
import type { SetPositions } from './set-positions.ts';
import type { YearDays } from '../days/year-days.ts';

/** What a period of weeks, months or years is made of. */
export interface PositionedParts {
  readonly periods: Periods;
  readonly days: YearDays;
  readonly times: ClockTimes;
  readonly positions: SetPositions;
}

/**
 * Of all listed times of each period those at some positions. A period is never written out: the
 * ranks of its times are known from how many days match in it.
 */
export class PositionedTimes implements ListedTimes {
  constructor(
    private readonly parts: PositionedParts,
    readonly reach: number,
  ) {}

  next(time: number): number {
    const { periods, days, positions } = this.parts;
    let day = dayOf(time);
    const last = day + periods.cycleDays;
    while (day <= last) {
      const index = periods.next(day);
      const rank = positions.next(this.rankIn(index, time), this.sizeOf(index));
      if (rank >= 0) return this.timeAt(index, rank);
      day = days.next(this.startOf(index + 1));
    }
    return Infinity;
  }

  previous(time: number): number {
    const { periods, days, positions } = this.parts;
    let day = dayOf(time);
    const first = day - periods.cycleDays;
    while (day >= first) {
      const index = periods.previous(day);
      const rank = positions.previous(this.rankIn(index, time + 1) - 1, this.sizeOf(index));
      if (rank >= 0) return this.timeAt(index, rank);
      day = days.previous(this.startOf(index) - 1);
    }
    return -Infinity;
  }

  /** Looks at each period. */
  count(from: number, to: number): number {
    const { periods, positions } = this.parts;
    const last = periods.previous(dayOf(to));
    let count = 0;
    for (let index = periods.next(dayOf(from)); index <= last; index += periods.interval) {
      const size = this.sizeOf(index);
      const before = positions.count(this.rankIn(index, from), size);
      count += positions.count(this.rankIn(index, to), size) - before;
    }
    return count;
  }

  /** A time may be picked in one hour and not in the next. */
  grain(): number {
    return 1;
  }

  private startOf(index: number): number {
    return this.parts.periods.unit.startOf(index);
  }

  /** How many times a period has before BYSETPOS. */
  private sizeOf(index: number): number {
    const { days, times } = this.parts;
    return days.count(this.startOf(index), this.startOf(index + 1)) * times.size;
  }

  /** How many of them come before `time`. */
  private rankIn(index: number, time: number): number {
    const { days, times } = this.parts;
    const [start, end] = [this.startOf(index), this.startOf(index + 1)];
    const day = dayOf(time);
    if (day < start) return 0;
    if (day >= end) return this.sizeOf(index);
    const ofDay = days.has(day) ? times.rank(time - day * SECONDS_PER_DAY) : 0;
    return days.count(start, day) * times.size + ofDay;
  }

  private timeAt(index: number, rank: number): number {
    const { days, times } = this.parts;
    const day = days.at(this.startOf(index), Math.floor(rank / times.size));
    return day * SECONDS_PER_DAY + times.at(rank % times.size);
  }
}
