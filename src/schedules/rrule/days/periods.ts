import { monthOf, monthStart } from '../../civil.ts';
import { greatestCommonDivisor, modulo } from './arithmetic.ts';
import type { Weeks } from './weeks.ts';

export const DAYS_PER_400_YEARS = 146_097;

/** A way to cut the days into numbered periods. */
export interface PeriodUnit {
  indexOf(day: number): number;
  /** The first day of a period. */
  startOf(index: number): number;
  /** How many periods 400 years have, after which the calendar repeats. */
  readonly perCycle: number;
}

export const DAYS: PeriodUnit = {
  indexOf: (day) => day,
  startOf: (index) => index,
  perCycle: DAYS_PER_400_YEARS,
};

export const MONTHS: PeriodUnit = { indexOf: monthOf, startOf: monthStart, perCycle: 4800 };

export const YEARS: PeriodUnit = {
  indexOf: (day) => (monthOf(day) / 12) | 0,
  startOf: (index) => monthStart(index * 12),
  perCycle: 400,
};

export function weeksAsPeriods(weeks: Weeks): PeriodUnit {
  return {
    indexOf: (day) => weeks.indexOf(day),
    startOf: (index) => weeks.startOf(index),
    perCycle: DAYS_PER_400_YEARS / 7,
  };
}

/** Years of whole weeks: some days around New Year belong to the other year. */
export function weekYears(weeks: Weeks): PeriodUnit {
  return {
    indexOf: (day) => weeks.yearOf(day),
    startOf: (index) => weeks.startOfYear(index),
    perCycle: 400,
  };
}

/** Every so many periods, counted from the one that holds a day. */
export class Periods {
  private readonly origin: number;

  constructor(
    readonly unit: PeriodUnit,
    readonly interval: number,
    originDay: number,
  ) {
    this.origin = unit.indexOf(originDay);
  }

  /** The number of the first period in step from the one that holds `day` on. */
  next(day: number): number {
    const index = this.unit.indexOf(day);
    return index + modulo(this.origin - index, this.interval);
  }

  /** The number of the last period in step up to the one that holds `day`. */
  previous(day: number): number {
    const index = this.unit.indexOf(day);
    return index - modulo(index - this.origin, this.interval);
  }

  /** After so many days calendar and interval have met in every way in which they meet. */
  get cycleDays(): number {
    const meeting = greatestCommonDivisor(this.interval, this.unit.perCycle);
    return DAYS_PER_400_YEARS * (this.interval / meeting);
  }
}
