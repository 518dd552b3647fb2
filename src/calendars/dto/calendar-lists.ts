import { type Flaw, IsListOf } from '../../common/list-of.ts';
import { isRecord } from '../../common/validation.ts';
import { parseDay } from '../../schedules/civil.ts';
import { WEEKDAYS } from '../../schedules/calendar.ts';
import { MAX_DATES, MAX_RANGE_DAYS, MAX_RANGE_YEARS, MAX_RANGES } from '../limits.ts';

const DATE_FORM = 'a date that exists, from 1970-01-01 to 9999-12-31';

/** A list of dates, `YYYY-MM-DD`. */
export function IsDates(): PropertyDecorator {
  const flaw: Flaw = (value) => (dayOf(value) === null ? `must be ${DATE_FORM}` : undefined);
  return IsListOf(flaw, { what: 'dates', max: MAX_DATES });
}

/** A list of weekdays, `MON` to `SUN`. */
export function IsWeekdays(): PropertyDecorator {
  const names: readonly unknown[] = WEEKDAYS;
  const flaw: Flaw = (value) =>
    names.includes(value) ? undefined : `must be one of ${WEEKDAYS.join(', ')}`;
  return IsListOf(flaw, { what: 'weekdays', max: WEEKDAYS.length });
}

/** A list of ranges of dates, each with its first and its last day. */
export function IsRanges(): PropertyDecorator {
  return IsListOf(rangeFlaw, { what: 'ranges', max: MAX_RANGES });
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
