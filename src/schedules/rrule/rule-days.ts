import { placeKey, type DayConditions, type WeekdayCondition } from './day-conditions.ts';
import type { RruleParts } from './rrule-parts.ts';
import type { RuleStart } from './rule-start.ts';
import { Weeks } from './weeks.ts';

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
  const BYDAY = ownWeekday ? [{ weekday: start.weekday, place: null }] : parts.BYDAY;
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
