import type { DstPolicy } from '../../src/schedules/dst-policy.ts';
import type { TimeZone } from '../../src/schedules/zones/time-zone.ts';
import { DAY, HOUR, instantsOf, type Window } from './cron-oracle.ts';

/**
 * A second implementation of rules that follows the table of RFC 5545, section 3.3.10, part by
 * part: it writes down all dates and times of each period, and filters, picks and sorts them.
 * Tests hold the schedule to it.
 */

export type Frequency =
  'YEARLY' | 'MONTHLY' | 'WEEKLY' | 'DAILY' | 'HOURLY' | 'MINUTELY' | 'SECONDLY';

/** The parts of a rule as numbers; months from 1, weekdays from 0 for Sunday. */
export interface Rule {
  freq: Frequency;
  interval: number;
  weekStart: number;
  months?: number[];
  weekNumbers?: number[];
  yearDays?: number[];
  monthDays?: number[];
  /** Place 0 for each such weekday. */
  weekdays?: { weekday: number; place: number }[];
  hours?: number[];
  minutes?: number[];
  seconds?: number[];
  positions?: number[];
}

/** Where a rule applies; `start` is in seconds since 1970. */
export interface Place {
  zone: TimeZone;
  dst: DstPolicy;
  start: number;
}

const UNIT_SECONDS = { HOURLY: HOUR, MINUTELY: 60, SECONDLY: 1 };

/** Everything that is due in a window and not before the start, in order. */
export function oracle(rule: Rule, place: Place, window: Window): number[] {
  const [from, to] = window;
  const instants = isElapsed(rule)
    ? elapsedInstants(rule, place, window)
    : localTimes(rule, place, shownIn(place.zone, window)).flatMap((time) =>
        instantsOf(time, place.zone, place.dst, rule.hours?.length === 24 && !rule.positions),
      );
  const inWindow = instants.filter((at) => at > from && at <= to && at >= place.start);
  return [...new Set(inWindow)].sort((a, b) => a - b);
}

function isElapsed({ freq, hours }: Rule): boolean {
  return freq in UNIT_SECONDS && (!hours || hours.length === 24);
}

/** What clocks show in a window, with what they jump over at its ends. */
function shownIn(zone: TimeZone, [from, to]: Window): Window {
  const offsets: number[] = [];
  for (let at = from - 2 * DAY; at < to + 2 * DAY; at += HOUR) offsets.push(zone.offsetAt(at));
  const [least, most] = [Math.min(...offsets), Math.max(...offsets)];
  return [from + least - (most - least), to + most + (most - least)];
}

function localTimes(rule: Rule, place: Place, window: Window): number[] {
  const start = place.start + place.zone.offsetAt(place.start);
  if (rule.freq in UNIT_SECONDS) return timesByUnits(rule, start, window);
  const sets = periodsIn(rule, start, window).map((period) => {
    const days = daysOf(rule, period, start);
    return pick(rule, combine(days, timesOfDay(rule, start)));
  });
  return sets.flat();
}

/** One time of every period in step that touches the window. */
function periodsIn(rule: Rule, start: number, [from, to]: Window): number[] {
  const periods = new Map<number, number>();
  // A year of weeks may reach into the next year, and into the one before.
  for (let time = from - 10 * DAY; time < to + 11 * DAY; time += DAY) {
    const key = periodOf(rule, time);
    const isInStep = (key - periodOf(rule, start)) % rule.interval === 0;
    if (isInStep && !periods.has(key)) periods.set(key, time);
  }
  return [...periods.values()];
}

function periodOf(rule: Rule, time: number): number {
  const { year, month } = dateOf(time);
  if (rule.freq === 'DAILY') return Math.floor(time / DAY);
  if (rule.freq === 'WEEKLY') return Math.floor(weekStartOf(time, rule.weekStart) / (7 * DAY));
  if (rule.freq === 'MONTHLY') return year * 12 + month;
  return rule.weekNumbers ? weekYearOf(time, rule.weekStart) : year;
}

/** The days of the period that holds a time, by the column of the table for its frequency. */
function daysOf(rule: Rule, time: number, start: number): number[] {
  const { year, month, monthDay } = dateOf(time);
  if (rule.freq === 'DAILY') return [dayStart(time)].filter((day) => isLimitedTo(rule, day));
  if (rule.freq === 'WEEKLY') {
    const weekdays = rule.weekdays ?? [{ weekday: dateOf(start).weekday, place: 0 }];
    const week = daysFrom(weekStartOf(time, rule.weekStart), 7);
    const listed = week.filter((day) => isAmong(weekdays, day, 'week'));
    return listed.filter((day) => !rule.months || rule.months.includes(dateOf(day).month));
  }
  if (rule.freq === 'MONTHLY') {
    if (rule.months && !rule.months.includes(month)) return [];
    const days = daysFrom(time - (monthDay - 1) * DAY - (time % DAY), monthLength(year, month));
    return expandMonth(rule, days, start);
  }
  return expandYear(rule, rule.weekNumbers ? weekYearOf(time, rule.weekStart) : year, start);
}

/** BYMONTHDAY expands; BYDAY limits it, and expands without it. */
function expandMonth(rule: Rule, month: number[], start: number): number[] {
  const { monthDays, weekdays } = rule;
  if (monthDays) {
    const days = month.filter((day) => isNumbered(monthDays, dateOf(day).monthDay, month.length));
    return days.filter((day) => !weekdays || isAmong(weekdays, day, 'month'));
  }
  if (weekdays) return month.filter((day) => isAmong(weekdays, day, 'month'));
  return month.filter((day) => dateOf(day).monthDay === dateOf(start).monthDay);
}

function expandYear(rule: Rule, year: number, start: number): number[] {
  const { months, weekNumbers, yearDays, monthDays, weekdays } = rule;
  const length = yearLength(year);
  const all = daysFrom(Date.UTC(year, 0, 1) / 1000, length);
  const inMonths = (day: number) => !months || months.includes(dateOf(day).month);
  const scope = months ? 'month' : 'year';
  if (weekNumbers) {
    const days = daysOfWeeks(weekNumbers, year, rule.weekStart).filter(inMonths);
    const others = days.filter((day) => {
      const { monthDay, yearDay, yearLength, monthLength } = dateOf(day);
      if (yearDays && !isNumbered(yearDays, yearDay, yearLength)) return false;
      return !monthDays || isNumbered(monthDays, monthDay, monthLength);
    });
    if (weekdays) return others.filter((day) => isAmong(weekdays, day, 'week'));
    if (yearDays || monthDays) return others;
    return others.filter((day) => dateOf(day).weekday === dateOf(start).weekday);
  }
  let days = all.filter(inMonths);
  if (yearDays) days = days.filter((day) => isNumbered(yearDays, dateOf(day).yearDay, length));
  if (monthDays) {
    days = days.filter((day) =>
      isNumbered(monthDays, dateOf(day).monthDay, dateOf(day).monthLength),
    );
  }
  if (weekdays) return days.filter((day) => isAmong(weekdays, day, scope));
  if (yearDays || monthDays) return days;
  const { month, monthDay } = dateOf(start);
  return days.filter(
    (day) => dateOf(day).monthDay === monthDay && (months || dateOf(day).month === month),
  );
}

/** The days of the numbered weeks of a year, whichever years the days are in. */
function daysOfWeeks(numbers: number[], year: number, weekStart: number): number[] {
  const near = daysFrom(Date.UTC(year, 0, 1) / 1000 - 7 * DAY, yearLength(year) + 14);
  const own = near.filter((day) => weekYearOf(day, weekStart) === year);
  return own.filter((_, index) => isNumbered(numbers, Math.floor(index / 7) + 1, own.length / 7));
}

/** BYMONTH, BYYEARDAY, BYMONTHDAY and BYDAY as filters. */
function isLimitedTo({ months, yearDays, monthDays, weekdays }: Rule, time: number): boolean {
  const date = dateOf(time);
  if (months && !months.includes(date.month)) return false;
  if (yearDays && !isNumbered(yearDays, date.yearDay, date.yearLength)) return false;
  if (monthDays && !isNumbered(monthDays, date.monthDay, date.monthLength)) return false;
  return !weekdays || weekdays.some(({ weekday }) => weekday === date.weekday);
}

/** Times of rules by hours, minutes or seconds: each unit of the window by itself. */
function timesByUnits(rule: Rule, start: number, [from, to]: Window): number[] {
  const seconds = UNIT_SECONDS[rule.freq as keyof typeof UNIT_SECONDS];
  const startUnit = Math.floor(start / seconds);
  const times: number[] = [];
  for (let unit = Math.floor(from / seconds); unit <= to / seconds; unit += 1) {
    const isInStep = (unit - startUnit) % rule.interval === 0;
    if (isInStep) times.push(...timesInUnit(rule, unit * seconds, start));
  }
  return times;
}

/** What is listed in the hour, minute or second that begins at a local time. */
function timesInUnit(rule: Rule, unit: number, start: number): number[] {
  const { freq, hours, minutes, seconds } = rule;
  const ofDay = unit - dayStart(unit);
  const [hour, minute] = [Math.floor(ofDay / HOUR), Math.floor(ofDay / 60) % 60];
  if (!isLimitedTo(rule, unit) || (hours && !hours.includes(hour))) return [];
  if (freq === 'SECONDLY') {
    const isOut = minutes?.includes(minute) === false || seconds?.includes(ofDay % 60) === false;
    return isOut ? [] : pick(rule, [unit]);
  }
  const inMinute = seconds ?? [start % 60];
  if (freq === 'MINUTELY') {
    if (minutes && !minutes.includes(minute)) return [];
    return pick(rule, combine([unit], inMinute));
  }
  const inHour = (minutes ?? [Math.floor(start / 60) % 60]).map((each) => each * 60);
  return pick(rule, combine([unit], combine(inHour, inMinute)));
}

/** Asks each second of the window by itself. */
function elapsedInstants(rule: Rule, { zone, start }: Place, [from, to]: Window): number[] {
  const seconds = UNIT_SECONDS[rule.freq as keyof typeof UNIT_SECONDS];
  const startTime = start + zone.offsetAt(start);
  const origin = start - (startTime % seconds);
  const known = new Map<number, Set<number>>();
  const instants: number[] = [];
  let offset = zone.offsetAt(from + 1);
  for (let at = from + 1; at <= to; at += 1) {
    // Since 1972 clocks have been moved at whole minutes only.
    if (at % 60 === 0) offset = zone.offsetAt(at);
    const unit = Math.floor((at + offset) / seconds) * seconds;
    const passed = Math.floor((unit - offset - origin) / seconds);
    if (passed % rule.interval !== 0) continue;
    const times = known.get(unit) ?? new Set(timesInUnit(rule, unit, startTime));
    known.set(unit, times);
    if (times.has(at + offset)) instants.push(at);
  }
  return instants;
}

function timesOfDay({ hours, minutes, seconds }: Rule, start: number): number[] {
  const ofDay = start - dayStart(start);
  const inDay = (hours ?? [Math.floor(ofDay / HOUR)]).map((hour) => hour * HOUR);
  const inHour = (minutes ?? [Math.floor(ofDay / 60) % 60]).map((minute) => minute * 60);
  return combine(combine(inDay, inHour), seconds ?? [ofDay % 60]);
}

/** Each of some times with each of some seconds after it. */
function combine(times: number[], after: number[]): number[] {
  return times.flatMap((time) => after.map((seconds) => time + seconds));
}

function pick({ positions }: Rule, times: number[]): number[] {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  return positions
    ? sorted.filter((_, index) => isNumbered(positions, index + 1, sorted.length))
    : sorted;
}

/** Is the place from 1 to `length` listed, from the start or from the end? */
function isNumbered(numbers: number[], place: number, length: number): boolean {
  return numbers.includes(place) || numbers.includes(place - length - 1);
}

function isAmong(
  weekdays: { weekday: number; place: number }[],
  day: number,
  scope: 'week' | 'month' | 'year',
): boolean {
  const alike = weekdays.filter(({ weekday }) => weekday === dateOf(day).weekday);
  if (scope === 'week' || alike.length === 0) return alike.length > 0;
  const before = weeksWithin(day, scope, -1);
  const length = before + 1 + weeksWithin(day, scope, 1);
  return alike.some(({ place }) => place === 0 || isNumbered([place], before + 1, length));
}

/** How many weeks one can go on from a day, or back, within its month or year. */
function weeksWithin(day: number, scope: 'month' | 'year', direction: 1 | -1): number {
  let weeks = 0;
  while (dateOf(day + direction * (weeks + 1) * 7 * DAY)[scope] === dateOf(day)[scope]) weeks += 1;
  return weeks;
}

function weekStartOf(time: number, weekStart: number): number {
  const day = dayStart(time);
  return day - ((dateOf(day).weekday - weekStart + 7) % 7) * DAY;
}

/** The year that has most days of a week. */
function weekYearOf(time: number, weekStart: number): number {
  return dateOf(weekStartOf(time, weekStart) + 3 * DAY).year;
}

function dateOf(time: number) {
  const date = new Date(time * 1000);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
  return {
    year,
    month,
    monthDay: date.getUTCDate(),
    monthLength: monthLength(year, month),
    yearDay: (dayStart(time) - Date.UTC(year, 0, 1) / 1000) / DAY + 1,
    yearLength: yearLength(year),
    weekday: date.getUTCDay(),
  };
}

function monthLength(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function yearLength(year: number): number {
  return (Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / 1000 / DAY;
}

function dayStart(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

function daysFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index * DAY);
}
