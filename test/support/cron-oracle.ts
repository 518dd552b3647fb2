import type { DstPolicy } from '../../src/schedules/dst-policy.ts';
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

/** A stretch of time in seconds since 1970, `from` excluded and `to` included. */
export type Window = readonly [from: number, to: number];

/** Everything that is due in a window, in order. */
export function oracle(listed: Listed, zone: TimeZone, dst: DstPolicy, window: Window): number[] {
  const [from, to] = window;
  const elapsed = listed.hours.values.length === 24;
  const days = [Math.floor(from / DAY) - 2, Math.floor(to / DAY) + 2] as const;
  const instants = localTimes(listed, ...days).flatMap((time) =>
    instantsOf(time, zone, dst, elapsed),
  );
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

function localTimes(listed: Listed, fromDay: number, toDay: number): number[] {
  const times: number[] = [];
  for (let day = fromDay; day <= toDay; day += 1) {
    if (!matchesDay(listed, day)) continue;
    for (const hour of listed.hours.values) {
      for (const minute of listed.minutes.values) {
        for (const second of listed.seconds.values) {
          times.push(day * DAY + hour * HOUR + minute * 60 + second);
        }
      }
    }
  }
  return times;
}

/** The instants that a local time stands for, in UTC seconds. */
function instantsOf(local: number, zone: TimeZone, dst: DstPolicy, elapsed: boolean): number[] {
  const near = [-30 * HOUR, 30 * HOUR].map((shift) => zone.offsetAt(local + shift));
  const shown = [...new Set(near)].map((offset) => local - offset).sort((a, b) => a - b);
  const real = shown.filter((instant) => instant + zone.offsetAt(instant) === local);
  if (elapsed) return real;
  if (real.length > 1)
    return { first: real.slice(0, 1), second: real.slice(1), both: real }[dst.overlap];
  if (real.length === 1 || dst.gap === 'skip') return real;
  // Walk to the change and move the listed time by what the clock jumped there.
  const [before, after] = near as [number, number];
  return [local + (after - before) - after];
}
