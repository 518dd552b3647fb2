import { monthOf, monthStart } from '../../civil.ts';

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;
const DAYS_PER_WEEK = 7;

/** A year has a week as its own when it has at least four days of it. */
const LEAST_DAYS = 4;

/** Weeks that begin on a given weekday, counted from around 1970 and numbered within years. */
export class Weeks {
  private readonly shift: number;

  /** @param weekStart 0 for Sunday to 6 for Saturday. */
  constructor(weekStart: number) {
    this.shift = (weekStart - FIRST_WEEKDAY + DAYS_PER_WEEK) % DAYS_PER_WEEK;
  }

  indexOf(day: number): number {
    return Math.floor((day - this.shift) / DAYS_PER_WEEK);
  }

  /** The first day of a week. */
  startOf(index: number): number {
    return index * DAYS_PER_WEEK + this.shift;
  }

  /** The year that the week of a day belongs to. */
  yearOf(day: number): number {
    return (monthOf(this.startOf(this.indexOf(day)) + LEAST_DAYS - 1) / 12) | 0;
  }

  /** The first day of the first week of a year. */
  startOfYear(year: number): number {
    return this.startOf(this.indexOf(monthStart(year * 12) + LEAST_DAYS - 1));
  }

  /** The numbers of a week in its year: from 1, and from -1 backwards from the last week. */
  numbersOf(index: number): [number, number] {
    const year = this.yearOf(this.startOf(index));
    const first = this.indexOf(this.startOfYear(year));
    const next = this.indexOf(this.startOfYear(year + 1));
    return [index - first + 1, index - next];
  }
}
