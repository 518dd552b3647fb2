import { monthStart, weekdayOf } from '../../civil.ts';
import type { Weeks } from './weeks.ts';
import { YearMask } from './year-mask.ts';

/** Which weekdays count: each of them, or only those with a place in their month or year. */
export interface WeekdayCondition {
  /** Weekdays that always count; 0 for Sunday. */
  readonly plain: ReadonlySet<number>;
  /** Places by `placeKey`; negative ones count from the end. */
  readonly placed: ReadonlySet<number>;
  readonly placedIn: 'month' | 'year';
}

/**
 * What a rule asks of a day; a day has to match all that is given. Lists of negative numbers
 * count from the end.
 */
export interface DayConditions {
  /** 0 for January. */
  readonly months?: ReadonlySet<number>;
  readonly weekNumbers?: ReadonlySet<number>;
  readonly yearDays?: ReadonlySet<number>;
  readonly monthDays?: ReadonlySet<number>;
  readonly weekdays?: WeekdayCondition;
  /** The weeks that `weekNumbers` counts. */
  readonly weeks: Weeks;
}

/** A weekday and its place, such as the second last Monday, as one number. */
export function placeKey(weekday: number, place: number): number {
  return place * 7 + weekday;
}

/** A stretch of days, and a day in it; a stretch is a month or a year. */
interface Stretch {
  /** Counted from 0. */
  readonly day: number;
  readonly length: number;
}

/** The days of a year that match. */
export function matchingDays(year: number, conditions: DayConditions): YearMask {
  const start = monthStart(year * 12);
  const length = monthStart(year * 12 + 12) - start;
  const weeks = listedWeeks(start, length, conditions);
  const days: number[] = [];
  for (let month = 0; month < 12; month += 1) {
    if (conditions.months?.has(month) === false) continue;
    const first = monthStart(year * 12 + month) - start;
    const monthLength = monthStart(year * 12 + month + 1) - start - first;
    for (let day = 0; day < monthLength; day += 1) {
      const inYear = { day: first + day, length };
      const inMonth = { day, length: monthLength };
      if (weeks && !weeks.has(conditions.weeks.indexOf(start + inYear.day))) continue;
      if (matches(weekdayOf(start + inYear.day), inYear, inMonth, conditions)) {
        days.push(inYear.day);
      }
    }
  }
  return new YearMask(days);
}

/** The listed weeks that have days in a year; null when weeks do not matter. */
function listedWeeks(
  start: number,
  length: number,
  { weekNumbers, weeks }: DayConditions,
): ReadonlySet<number> | null {
  if (!weekNumbers) return null;
  const listed = new Set<number>();
  const last = weeks.indexOf(start + length - 1);
  for (let week = weeks.indexOf(start); week <= last; week += 1) {
    if (weeks.numbersOf(week).some((number) => weekNumbers.has(number))) listed.add(week);
  }
  return listed;
}

function matches(
  weekday: number,
  inYear: Stretch,
  inMonth: Stretch,
  { yearDays, monthDays, weekdays }: DayConditions,
): boolean {
  if (yearDays && !isListed(inYear, yearDays)) return false;
  if (monthDays && !isListed(inMonth, monthDays)) return false;
  if (!weekdays) return true;
  return isListedWeekday(weekday, weekdays.placedIn === 'month' ? inMonth : inYear, weekdays);
}

function isListed({ day, length }: Stretch, numbers: ReadonlySet<number>): boolean {
  return numbers.has(day + 1) || numbers.has(day - length);
}

function isListedWeekday(
  weekday: number,
  { day, length }: Stretch,
  { plain, placed }: WeekdayCondition,
): boolean {
  if (plain.has(weekday)) return true;
  if (placed.size === 0) return false;
  const place = Math.floor(day / 7) + 1;
  const fromEnd = -Math.floor((length - 1 - day) / 7) - 1;
  return placed.has(placeKey(weekday, place)) || placed.has(placeKey(weekday, fromEnd));
}
