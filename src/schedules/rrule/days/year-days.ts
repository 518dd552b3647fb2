import { monthOf, monthStart, weekdayOf } from '../../civil.ts';
import type { DaySet } from '../../local/listed-times.ts';
import { matchingDays, type DayConditions } from './day-conditions.ts';
import type { YearMask } from './year-mask.ts';

/** Schedules have instants from 1970 to 9999, in local time a day more on either side. */
const FIRST_YEAR = 1969;
const LAST_YEAR = 10_000;

/** The calendar, weekdays included, repeats after so many years. */
const CYCLE = 400;

/**
 * The days that match what a rule asks of a day. Works year by year; years that begin on the same
 * weekday and are alike in leap days have the same days.
 */
export class YearDays implements DaySet {
  private readonly masks: YearMask[] = [];
  /** Nothing is asked. */
  readonly everyDay: boolean;

  constructor(private readonly conditions: DayConditions) {
    const { months, weekNumbers, yearDays, monthDays, weekdays } = conditions;
    this.everyDay = !months && !weekNumbers && !yearDays && !monthDays && !weekdays;
  }

  has(day: number): boolean {
    const year = yearOf(day);
    return this.everyDay || this.daysOf(year).has(day - yearStart(year));
  }

  next(day: number): number {
    if (this.everyDay) return day;
    let year = yearOf(day);
    if (year > LAST_YEAR) return Infinity;
    let found = this.daysOf(year).next(day - yearStart(year));
    const last = Math.min(LAST_YEAR, year + CYCLE);
    while (found < 0 && year < last) {
      year += 1;
      found = this.daysOf(year).next(0);
    }
    return found < 0 ? Infinity : yearStart(year) + found;
  }

  previous(day: number): number {
    if (this.everyDay) return day;
    let year = yearOf(day);
    if (year < FIRST_YEAR) return -Infinity;
    let found = this.daysOf(year).previous(day - yearStart(year));
    const first = Math.max(FIRST_YEAR, year - CYCLE);
    while (found < 0 && year > first) {
      year -= 1;
      found = this.daysOf(year).previous(365);
    }
    return found < 0 ? -Infinity : yearStart(year) + found;
  }

  count(from: number, to: number): number {
    if (from >= to) return 0;
    if (this.everyDay) return to - from;
    const [firstYear, lastYear] = [yearOf(from), yearOf(to)];
    let count = -this.daysOf(firstYear).rank(from - yearStart(firstYear));
    for (let year = firstYear; year < lastYear; year += 1) count += this.daysOf(year).size;
    return count + this.daysOf(lastYear).rank(to - yearStart(lastYear));
  }

  /** The matching day from `from` on that has so many matching ones between; it has to exist. */
  at(from: number, rank: number): number {
    if (this.everyDay) return from + rank;
    let year = yearOf(from);
    let left = rank + this.daysOf(year).rank(from - yearStart(year));
    while (left >= this.daysOf(year).size) {
      left -= this.daysOf(year).size;
      year += 1;
    }
    return yearStart(year) + this.daysOf(year).at(left);
  }

  private daysOf(year: number): YearMask {
    const kind = weekdayOf(yearStart(year)) * 8 + this.leapsAround(year);
    return (this.masks[kind] ??= matchingDays(year, this.conditions));
  }

  private leapsAround(year: number): number {
    const own = leapDay(year) << 1;
    // Weeks alone reach from one year into another.
    if (!this.conditions.weekNumbers) return own;
    return (leapDay(year - 1) << 2) | own | leapDay(year + 1);
  }
}

function leapDay(year: number): number {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
}

function yearOf(day: number): number {
  return (monthOf(day) / 12) | 0;
}

function yearStart(year: number): number {
  return monthStart(year * 12);
}
