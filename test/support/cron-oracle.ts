import type { DstPolicy } from '../../src/schedules/dst-policy.ts';
import { parseSchedule } from '../../src/schedules/parse-schedule.ts';
import type { Schedule } from '../../src/schedules/schedule.ts';
import type { TimeZone } from '../../src/schedules/zones/time-zone.ts';

/**
 * A second implementation that knows no shortcut: it writes down every listed local time of some
 * days, looks up what the zone makes of each, and sorts. Tests hold the schedule to it.
 */

export const HOUR = 3600;
export const DAY = 86_400;

/** A field as text and as the values it stands for. */
export interface Field {
  text: string;
  values: number[];
}

/** A day field as text and as a question; `year`, `month` (0 to 11) and `day` are a local date. */
export interface DayField {
  text: string;
  matches: (year: number, month: number, day: number) => boolean;
}

/** An expression of six fields that says itself what it lists. */
export interface Listed {
  seconds: Field;
  minutes: Field;
  hours: Field;
  dayOfMonth: DayField;
  months: Field;
  dayOfWeek: DayField;
}

/** The expression as one writes it. */
export function textOf(listed: Listed): string {
  const { seconds, minutes, hours, dayOfMonth, months, dayOfWeek } = listed;
  return [seconds, minutes, hours, dayOfMonth, months, dayOfWeek].map(({ text }) => text).join(' ');
}

/** A stretch of time in seconds since 1970, `from` excluded and `to` included. */
export type Window = readonly [from: number, to: number];

/** Everything that is due in a window, in order. */
export function oracle(listed: Listed, zone: TimeZone, dst: DstPolicy, window: Window): number[] {
  const [from, to] = window;
  const elapsed = listed.hours.values.length === 24;
  // No clock shows a time that far from UTC, not even one that has left out a day.
  const near = localTimes(listed, from - 40 * HOUR, to + 40 * HOUR);
  const instants = near.flatMap((time) => instantsOf(time, zone, dst, elapsed));
  const inWindow = instants.filter((instant) => instant > from && instant <= to);
  return [...new Set(inWindow)].sort((a, b) => a - b);
}

/** Is anything listed on that day, counted from 1970 in local time? */
export function matchesDay(listed: Listed, day: number): boolean {
  const date = new Date(day * DAY * 1000);
  const parts = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const;
  if (!listed.months.values.includes(parts[1] + 1)) return false;
  const byMonth = listed.dayOfMonth.matches(...parts);
  const byWeek = listed.dayOfWeek.matches(...parts);
  const either = isRestricted(listed.dayOfMonth) && isRestricted(listed.dayOfWeek);
  return either ? byMonth || byWeek : byMonth && byWeek;
}

/** Is there such a day at all? After 28 years each date has been on each weekday. */
function comesEver(listed: Listed): boolean {
  const first = Date.UTC(2000, 0, 1) / 1000 / DAY;
  const days = Array.from({ length: 28 * 366 }, (_, index) => first + index);
  return days.some((day) => matchesDay(listed, day));
}

/** The schedule that is made of it; null where it is refused and no day of it ever comes. */
export function scheduleOf(listed: Listed, timezone: string, dst: DstPolicy): Schedule | null {
  try {
    return parseSchedule({ schedule: textOf(listed), timezone, dst, anchor: new Date(0) });
  } catch (error) {
    if (String(error).includes('never comes') && !comesEver(listed)) return null;
    throw error;
  }
}

/** The moments between two years at which a zone moves its clock. */
export function changesBetween(zone: TimeZone, fromYear: number, toYear: number): number[] {
  const end = Date.UTC(toYear, 0, 1) / 1000;
  const changes: number[] = [];
  let change = zone.endOf(zone.spanAt(Date.UTC(fromYear, 0, 1) / 1000));
  while (change < end) {
    changes.push(change);
    change = zone.endOf(zone.spanAt(change));
  }
  return changes;
}

function isRestricted({ text }: DayField): boolean {
  return text !== '*' && text !== '?';
}

function localTimes(listed: Listed, from: number, to: number): number[] {
  const times: number[] = [];
  for (let day = Math.floor(from / DAY); day <= Math.floor(to / DAY); day += 1) {
    if (!matchesDay(listed, day)) continue;
    for (const hour of listed.hours.values) {
      for (const minute of listed.minutes.values) {
        for (const second of listed.seconds.values) {
          times.push(day * DAY + hour * HOUR + minute * 60 + second);
        }
      }
    }
  }
  return times.filter((time) => time >= from && time <= to);
}

/** The instants that a local time stands for, in UTC seconds. */
export function instantsOf(
  local: number,
  zone: TimeZone,
  dst: DstPolicy,
  elapsed: boolean,
): number[] {
  const before = zone.offsetAt(local - 30 * HOUR);
  const after = zone.offsetAt(local + 30 * HOUR);
  // Changes lie days apart: here is none.
  if (before === after) return [local - before];

  const shown = [local - before, local - after].sort((a, b) => a - b);
  const real = shown.filter((instant) => instant + zone.offsetAt(instant) === local);
  if (elapsed) return real;
  if (real.length > 1)
    return { first: real.slice(0, 1), second: real.slice(1), both: real }[dst.overlap];
  if (real.length === 1 || dst.gap === 'skip') return real;
  // Walk to the change and move the listed time by what the clock jumped there.
  return [local + (after - before) - after];
}
