import { monthOf, monthStart, weekdayOf } from '../../schedules/civil.ts';
import type { Stretch } from '../../schedules/listed-days.ts';
import type { RecurrenceRule } from './recurrence-rule.ts';

export const MONTHS_PER_YEAR = 12;

/** One way to cut the days into periods, which are numbered one after another. */
export interface Periods {
  numberOf(day: number): number;
  firstDayOf(period: number): number;
}

const DAYS: Periods = { numberOf: (day) => day, firstDayOf: (period) => period };
const MONTHS: Periods = { numberOf: monthOf, firstDayOf: monthStart };
const YEARS: Periods = {
  numberOf: yearOf,
  firstDayOf: (period) => monthStart(period * MONTHS_PER_YEAR),
};

/** The periods that a rule repeats by. */
export function periodsOf({ frequency, weekStart }: RecurrenceRule): Periods {
  switch (frequency) {
    case 'DAILY':
      return DAYS;
    case 'WEEKLY':
      return weeks(weekStart);
    case 'MONTHLY':
      return MONTHS;
    case 'YEARLY':
      return YEARS;
  }
}

/** @param weekStart 0 for Sunday. */
export function firstOfWeek(day: number, weekStart: number): number {
  return day - ((weekdayOf(day) - weekStart + 7) % 7);
}

export function yearOf(day: number): number {
  return Math.floor(monthOf(day) / MONTHS_PER_YEAR);
}

export function monthBounds(month: number): Stretch {
  return { from: monthStart(month), to: monthStart(month + 1) - 1 };
}

export function yearBounds(year: number): Stretch {
  return { from: YEARS.firstDayOf(year), to: YEARS.firstDayOf(year + 1) - 1 };
}

function weeks(weekStart: number): Periods {
  const origin = firstOfWeek(0, weekStart);
  return {
    numberOf: (day) => (firstOfWeek(day, weekStart) - origin) / 7,
    firstDayOf: (period) => origin + 7 * period,
  };
}
