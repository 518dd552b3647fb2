import { ValidateBy } from 'class-validator';
import { isRecord } from '../../common/validation.ts';
import { parseDay } from '../../schedules/civil.ts';
import { WEEKDAYS } from '../../schedules/calendar.ts';
import { MAX_DATES, MAX_RANGE_DAYS, MAX_RANGE_YEARS, MAX_RANGES } from '../limits.ts';

type Flaw = (value: unknown) => string | undefined;

const DATE_FORM = 'a date that exists, from 1970-01-01 to 9999-12-31';

/** A list of dates, `YYYY-MM-DD`. */
export function IsDates(): PropertyDecorator {
  const flaw: Flaw = (value) => (dayOf(value) === null ? `must be ${DATE_FORM}` : undefined);
  return IsListOf(flaw, 'dates', MAX_DATES);
}

/** A list of weekdays, `MON` to `SUN`. */
export function IsWeekdays(): PropertyDecorator {
  const names: readonly unknown[] = WEEKDAYS;
  const flaw: Flaw = (value) =>
    names.includes(value) ? undefined : `must be one of ${WEEKDAYS.join(', ')}`;
  return IsListOf(flaw, 'weekdays', WEEKDAYS.length);
}

/** A list of ranges of dates, each with its first and its last day. */
export function IsRanges(): PropertyDecorator {
  return IsListOf(rangeFlaw, 'ranges', MAX_RANGES);
}

/** Checked as a whole: rules for each entry would be asked for all of a list of any length. */
function IsListOf(flaw: Flaw, what: string, most: number): PropertyDecorator {
  const listFlaw: Flaw = (list) => {
    if (!Array.isArray(list)) return `must be a list of ${what}`;
    if (list.length > most) return `takes at most ${most} entries, these are ${list.length}`;
    const index = list.findIndex((entry) => flaw(entry) !== undefined);
    return index < 0 ? undefined : `entry ${index + 1} ${flaw(list[index])}`;
  };
  return ValidateBy({
    name: `is-${what}`,
    validator: {
      validate: (value: unknown) => listFlaw(value) === undefined,
      defaultMessage: (args) => listFlaw(args?.value) ?? `must be a list of ${what}`,
    },
  });
}

function rangeFlaw(value: unknown): string | undefined {
  if (!isRecord(value) || Object.keys(value).some((name) => name !== 'from' && name !== 'to')) {
    return 'must be an object with from and to';
  }
  const [from, to] = [dayOf(value['from']), dayOf(value['to'])];
  if (from === null || to === null) return `must have from and to: ${DATE_FORM}`;
  if (to < from) return 'must not end before it begins';
  return to - from < MAX_RANGE_DAYS
    ? undefined
    : `must not be longer than ${MAX_RANGE_YEARS} years (${MAX_RANGE_DAYS} days)`;
}

function dayOf(value: unknown): number | null {
  const day = typeof value === 'string' ? parseDay(value) : null;
  return day === null || day < 0 ? null : day;
}
