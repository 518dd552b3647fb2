import { placeKey, type DayConditions, type WeekdayCondition } from './days/day-conditions.ts';
import type { RruleParts } from './grammar/rrule-parts.ts';
import type { RuleStart } from './rule-start.ts';
import { Weeks } from './days/weeks.ts';

const MONDAY = 1;

/** The weeks of a rule, for whatever counts weeks in it. */
export function weeksOf({ WKST = MONDAY }: RruleParts): Weeks {
  return new Weeks(WKST);
}

/** What a rule asks of a day, with what its start adds where the rule names no days. */
export function dayConditionsOf(parts: RruleParts, start: RuleStart): DayConditions {
  const { FREQ, BYWEEKNO, BYYEARDAY } = parts;
  const isNamed = parts.BYDAY ?? parts.BYMONTHDAY ?? BYYEARDAY;
  const ownWeekday = !isNamed && (FREQ === 'WEEKLY' || BYWEEKNO !== undefined);
  const ownMonthDay = !isNamed && !ownWeekday && (FREQ === 'MONTHLY' || FREQ === 'YEARLY');
  const BYDAY = ownWeekday ? [{ weekday: start.weekday, place: null }] : daysIn(parts, start);
  const BYMONTHDAY = ownMonthDay ? new Set([start.monthDay]) : parts.BYMONTHDAY;
  const ownMonth = ownMonthDay && FREQ === 'YEARLY' ? new Set([start.month]) : undefined;
  const BYMONTH = parts.BYMONTH ?? ownMonth;
  return {
    ...(BYMONTH && { months: new Set([...BYMONTH].map((month) => month - 1)) }),
    ...(BYWEEKNO && { weekNumbers: BYWEEKNO }),
    ...(BYYEARDAY && { yearDays: BYYEARDAY }),
    ...(BYMONTHDAY && { monthDays: BYMONTHDAY }),
    ...(BYDAY && { weekdays: weekdayCondition(BYDAY, FREQ === 'MONTHLY' || !!parts.BYMONTH) }),
    weeks: weeksOf(parts),
  };
}

/** BYDAY; every so many whole weeks the weekday of the start alone can come. */
function daysIn({ FREQ, INTERVAL = 1, BYDAY }: RruleParts, start: RuleStart): RruleParts['BYDAY'] {
  if (FREQ !== 'DAILY' || INTERVAL % 7 !== 0) return BYDAY;
  return BYDAY?.filter(({ weekday }) => weekday === start.weekday);
}

/** Places are those in a month where the rule names months or goes by them, else in the year. */
function weekdayCondition(
  days: NonNullable<RruleParts['BYDAY']>,
  inMonth: boolean,
): WeekdayCondition {
  const plain = new Set<number>();
  const placed = new Set<number>();
  for (const { weekday, place } of days) {
    if (place === null) plain.add(weekday);
    else placed.add(placeKey(weekday, place));
  }
  return { plain, placed, placedIn: inMonth ? 'month' : 'year' };
}

/** No week or month of a rule has more days than this, nor has any year. */
export function mostDaysOf({ FREQ, BYDAY, BYMONTHDAY }: RruleParts): number {
  if (FREQ === 'WEEKLY') return new Set(BYDAY?.map(({ weekday }) => weekday) ?? [0]).size;
  if (FREQ !== 'MONTHLY') return 366;
  // A month has a weekday five times at most.
  const byDay = BYDAY?.reduce((sum, { place }) => sum + (place === null ? 5 : 1), 0) ?? 31;
  return Math.min(byDay, BYMONTHDAY?.size ?? (BYDAY ? 31 : 1));
}
