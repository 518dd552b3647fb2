import { dayOf, parseDay } from './civil.ts';
import { ListedDays, type Stretch } from './listed-days.ts';
import { epochMs } from './schedule.ts';
import type { TimeZone } from './zones/time-zone.ts';

/** The names of the weekdays, Monday first. */
export const WEEKDAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Days from one date to another, both included. */
export interface DateRange {
  from: string;
  to: string;
}

/** Which days a calendar lists, and whether they are the only ones that count, or the ones that do not. */
export interface CalendarRules {
  mode: 'exclude' | 'only';
  /** `YYYY-MM-DD`. */
  dates: string[];
  weekdays: Weekday[];
  ranges: DateRange[];
}

/**
 * Says on which days a job runs: with `exclude` on all but the listed days, with `only` on none
 * but these. Days count from 1970-01-01. The cost of an answer does not grow with the calendar.
 */
export class Calendar {
  private readonly listed: ListedDays;
  private readonly runsOnListed: boolean;

  /** @throws RangeError when a date is none. */
  constructor({ mode, dates, weekdays, ranges }: CalendarRules) {
    this.runsOnListed = mode === 'only';
    this.listed = new ListedDays(
      new Set(weekdays.map((weekday) => (WEEKDAYS.indexOf(weekday) + 1) % 7)),
      [...dates.map((date) => stretchOf({ from: date, to: date })), ...ranges.map(stretchOf)],
    );
  }

  allows(localDay: number): boolean {
    return this.listed.has(localDay) === this.runsOnListed;
  }

  /** Whether it allows the day that the clocks of a zone show at this instant. */
  allowsInstant(instant: Date, zone: TimeZone): boolean {
    const seconds = Math.floor(epochMs(instant) / 1000);
    return this.allows(dayOf(seconds + zone.offsetAt(seconds)));
  }

  /** The first allowed day from `day` on, or Infinity when there is none any more. */
  nextAllowedDay(day: number): number {
    return this.runsOnListed ? this.listed.next(day) : this.listed.nextFree(day);
  }

  /** The last allowed day up to `day`, or -Infinity when there was none. */
  previousAllowedDay(day: number): number {
    return this.runsOnListed ? this.listed.previous(day) : this.listed.previousFree(day);
  }
}

function stretchOf({ from, to }: DateRange): Stretch {
  return { from: stored(from), to: stored(to) };
}

function stored(date: string): number {
  const day = parseDay(date);
  if (day === null) throw new RangeError(`A calendar holds ${date}, which is no date`);
  return day;
}
