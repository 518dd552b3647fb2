import { monthOf, monthStart, weekdayOf } from '../civil.ts';
import type { DayFields, DaysOfMonth, DaysOfWeek } from './cron-fields.ts';
import { bitCount, highestBit, lowestBit, type ValueSet } from './value-set.ts';

/** Schedules have instants from 1970 to 9999, in local time a day more on either side. */
const FIRST_MONTH = 1969 * 12 + 11;
const LAST_MONTH = 10_000 * 12;

/**
 * The days that match the three day fields of a cron expression. When both the day of the month
 * and the day of the week are restricted, one of them is enough, as in Vixie cron.
 * Works month by month, with one bit for each day.
 */
export class DayRule {
  private readonly months: ValueSet;
  private readonly daysOfMonth: DaysOfMonth;
  private readonly daysOfWeek: DaysOfWeek;
  private readonly everyDay: boolean;
  /** Both day fields are restricted: a day that matches one of them counts. */
  readonly matchesEitherField: boolean;

  constructor({ months, daysOfMonth, daysOfWeek }: DayFields) {
    this.months = months;
    this.daysOfMonth = daysOfMonth;
    this.daysOfWeek = daysOfWeek;
    this.matchesEitherField = daysOfMonth.restricted && daysOfWeek.restricted;
    this.everyDay = months.size === 12 && !daysOfMonth.restricted && !daysOfWeek.restricted;
  }

  has(day: number): boolean {
    return this.next(day) === day;
  }

  /** The first matching day from `day` on, or Infinity. */
  next(day: number): number {
    if (this.everyDay) return day;
    let month = monthOf(day);
    let start = monthStart(month);
    let days = this.daysIn(month, start) & (-1 << (day - start));
    while (days === 0) {
      month = this.monthFrom(month + 1);
      if (month > LAST_MONTH) return Infinity;
      start = monthStart(month);
      days = this.daysIn(month, start);
    }
    return start + lowestBit(days);
  }

  /** The last matching day up to `day`, or -Infinity. */
  previous(day: number): number {
    if (this.everyDay) return day;
    let month = monthOf(day);
    let start = monthStart(month);
    let days = this.daysIn(month, start) & (-1 >>> (31 - (day - start)));
    while (days === 0) {
      month = this.monthUpTo(month - 1);
      if (month < FIRST_MONTH) return -Infinity;
      start = monthStart(month);
      days = this.daysIn(month, start);
    }
    return start + highestBit(days);
  }

  /** How many matching days there are from `from` on and before `to`. */
  count(from: number, to: number): number {
    if (from >= to) return 0;
    if (this.everyDay) return to - from;
    const lastMonth = monthOf(to);
    let count = -bitCount(this.daysBefore(from));
    for (let month = this.monthFrom(monthOf(from)); month < lastMonth;) {
      count += bitCount(this.daysIn(month, monthStart(month)));
      month = this.monthFrom(month + 1);
    }
    return count + bitCount(this.daysBefore(to));
  }

  /** Can the rule match at all? Dates and weekdays meet in every way within 28 years. */
  isPossible(): boolean {
    for (let month = this.monthFrom(2000 * 12); month < 2028 * 12;) {
      if (this.daysIn(month, monthStart(month)) !== 0) return true;
      month = this.monthFrom(month + 1);
    }
    return false;
  }

  private daysBefore(day: number): number {
    const start = monthStart(monthOf(day));
    return this.daysIn(monthOf(day), start) & ~(-1 << (day - start));
  }

  /** The matching days of a month; bit 0 is the 1st. */
  private daysIn(month: number, start: number): number {
    if (!this.months.has(month % 12)) return 0;
    const length = monthStart(month + 1) - start;
    const firstWeekday = weekdayOf(start);
    const byMonth = daysOfMonthIn(this.daysOfMonth, length, firstWeekday);
    const byWeek = daysOfWeekIn(this.daysOfWeek, length, firstWeekday);
    return (this.matchesEitherField ? byMonth | byWeek : byMonth & byWeek) & (-1 >>> (32 - length));
  }

  private monthFrom(month: number): number {
    const found = this.months.next(month % 12);
    return month - (month % 12) + (found < 0 ? 12 + this.months.next(0) : found);
  }

  private monthUpTo(month: number): number {
    const found = this.months.previous(month % 12);
    return month - (month % 12) + (found < 0 ? this.months.previous(11) - 12 : found);
  }
}

function daysOfMonthIn(rule: DaysOfMonth, length: number, firstWeekday: number): number {
  if (!rule.restricted) return -1;
  let days = rule.days;
  if (rule.last) days |= 1 << (length - 1);
  if (rule.lastWeekday) days |= 1 << (nearestWeekday(length, length, firstWeekday) - 1);
  for (let rest = rule.nearestWeekday; rest !== 0; rest &= rest - 1) {
    const wanted = lowestBit(rest) + 1;
    if (wanted <= length) days |= 1 << (nearestWeekday(wanted, length, firstWeekday) - 1);
  }
  return days;
}

/** Monday to Friday nearest to a day, without leaving the month. */
function nearestWeekday(wanted: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + wanted - 1) % 7;
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === length ? wanted - 2 : wanted + 1;
  return wanted;
}

function daysOfWeekIn(rule: DaysOfWeek, length: number, firstWeekday: number): number {
  if (!rule.restricted) return -1;
  let days = 0;
  const everyWeek = weekFrom(rule.weekdays, firstWeekday);
  for (let week = 0; week < 5; week += 1) {
    days |= (everyWeek | weekFrom(rule.nth[week] ?? 0, firstWeekday)) << (7 * week);
  }
  return days | (weekFrom(rule.last, (firstWeekday + length) % 7) << (length - 7));
}

/** Seven days that begin with a given weekday; bit 0 is the first of them. */
function weekFrom(weekdays: number, firstWeekday: number): number {
  return ((weekdays | (weekdays << 7)) >> firstWeekday) & 0x7f;
}
