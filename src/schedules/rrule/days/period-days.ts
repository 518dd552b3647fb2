import type { DaySet } from '../../local/listed-times.ts';
import { DAYS, type Periods } from './periods.ts';
import type { YearDays } from './year-days.ts';

/** Local days of all instants: 1969-12-31 to 10000-01-01. */
const FIRST_DAY = -1;
const LAST_DAY = 2_932_897;

/**
 * Matching days in every so many periods. A search goes from matching days to periods in step and
 * back until both agree; its steps are bounded by the periods of the cycle in which they meet.
 */
export class PeriodDays implements DaySet {
  constructor(
    private readonly days: YearDays,
    private readonly periods: Periods,
  ) {}

  has(day: number): boolean {
    return this.days.has(day) && this.periods.unit.startOf(this.periods.next(day)) <= day;
  }

  next(day: number): number {
    const { unit, cycleDays } = this.periods;
    const last = Math.min(LAST_DAY, day + cycleDays);
    let found = this.days.next(day);
    while (found <= last) {
      const start = unit.startOf(this.periods.next(found));
      if (start <= found) return found;
      found = this.days.next(start);
    }
    return Infinity;
  }

  previous(day: number): number {
    const { unit, cycleDays } = this.periods;
    const first = Math.max(FIRST_DAY, day - cycleDays);
    let found = this.days.previous(day);
    while (found >= first) {
      const end = unit.startOf(this.periods.previous(found) + 1);
      if (end > found) return found;
      found = end > FIRST_DAY ? this.days.previous(end - 1) : -Infinity;
    }
    return -Infinity;
  }

  /** Looks at each period in step that has matching days, unless every day matches. */
  count(from: number, to: number): number {
    const { unit, interval } = this.periods;
    if (from >= to) return 0;
    if (unit === DAYS && this.days.everyDay) {
      return (this.periods.next(to) - this.periods.next(from)) / interval;
    }
    let count = 0;
    for (let at = this.next(from); at < to;) {
      const end = Math.min(to, unit.startOf(this.periods.next(at) + 1));
      count += this.days.count(at, end);
      at = this.next(end);
    }
    return count;
  }
}
