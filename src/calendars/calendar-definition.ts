import { isDeepStrictEqual } from 'node:util';
import type { Violation } from '../common/errors.ts';
import { refuse } from '../common/validation.ts';
import {
  type CalendarRules,
  type DateRange,
  type Weekday,
  WEEKDAYS,
} from '../schedules/calendar.ts';
import { MAX_DATES, MAX_RANGES } from './limits.ts';
import type { CalendarDefinition } from './named-calendar.ts';

/** A definition with parts left out. */
export type CalendarPatch = Partial<CalendarDefinition>;

const BLANK: CalendarDefinition = {
  description: null,
  mode: 'exclude',
  dates: [],
  weekdays: [],
  ranges: [],
};

/** The definition that a new calendar gets: what is left out has its default. */
export function newDefinition(input: CalendarPatch): CalendarDefinition {
  return patchedDefinition(BLANK, input);
}

/** The definition after a patch, whose lists replace those that there are. */
export function patchedDefinition(
  { description, mode, dates, weekdays, ranges }: CalendarDefinition,
  patch: CalendarPatch,
): CalendarDefinition {
  return checked({
    description: patch.description === undefined ? description : patch.description,
    mode: patch.mode ?? mode,
    dates: sortedDates(patch.dates ?? dates),
    weekdays: sortedWeekdays(patch.weekdays ?? weekdays),
    ranges: sortedRanges(patch.ranges ?? ranges),
  });
}

/** The definition with more days in it, or with these instead of its dates and ranges. */
export function importedDefinition(
  current: CalendarDefinition | undefined,
  days: Pick<CalendarRules, 'dates' | 'ranges'>,
  replace: boolean,
): CalendarDefinition {
  const kept = current && !replace ? current : BLANK;
  return patchedDefinition(current ?? BLANK, {
    dates: [...kept.dates, ...days.dates],
    ranges: [...kept.ranges, ...days.ranges],
  });
}

/** What a user has set of a calendar. */
export function definitionOf(calendar: CalendarDefinition): CalendarDefinition {
  const { description, mode, dates, weekdays, ranges } = calendar;
  return { description, mode, dates, weekdays, ranges };
}

/** Whether two calendars list the same, and treat it alike. */
export function hasSameRules(one: CalendarDefinition, other: CalendarDefinition): boolean {
  const rulesOf = (of: CalendarDefinition) => ({ ...definitionOf(of), description: null });
  return isDeepStrictEqual(rulesOf(one), rulesOf(other));
}

/** Refuses what no single field's rule can see. */
function checked(definition: CalendarDefinition): CalendarDefinition {
  const { mode, dates, weekdays, ranges } = definition;
  const violations: Violation[] = [
    ...tooMany('dates', dates.length, MAX_DATES),
    ...tooMany('ranges', ranges.length, MAX_RANGES),
  ];
  if (mode === 'only' && dates.length + weekdays.length + ranges.length === 0) {
    const message = 'only needs a date, a weekday or a range: otherwise nothing would ever run';
    violations.push({ path: 'mode', message });
  }
  if (mode === 'exclude' && weekdays.length === WEEKDAYS.length) {
    const message = 'must leave a weekday out: otherwise nothing would ever run';
    violations.push({ path: 'weekdays', message });
  }
  refuse(violations);
  return definition;
}

function tooMany(path: string, count: number, most: number): Violation[] {
  return count > most
    ? [{ path, message: `takes at most ${most} entries, these are ${count}` }]
    : [];
}

function sortedDates(dates: readonly string[]): string[] {
  return [...new Set(dates)].sort();
}

function sortedWeekdays(weekdays: readonly Weekday[]): Weekday[] {
  return WEEKDAYS.filter((weekday) => weekdays.includes(weekday));
}

function sortedRanges(ranges: readonly DateRange[]): DateRange[] {
  const byText = new Map(ranges.map(({ from, to }) => [`${from}/${to}`, { from, to }]));
  return [...byText.keys()].sort().map((key) => byText.get(key) as DateRange);
}
