import type { LocalTime } from './local-time.ts';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
type Frequency = (typeof FREQUENCIES)[number];

/** `2TU`: the second Tuesday of a month or year; `-1FR`: the last Friday; `MO`: every Monday. */
export interface WeekdayPart {
  /** 0 for Sunday to 6 for Saturday. */
  weekday: number;
  /** Counted from the end when negative; 0 for all of them. */
  nth: number;
}

/** A recurrence rule of RFC 5545 that chooses days. Null: the rule does not have that part. */
export interface RecurrenceRule {
  frequency: Frequency;
  interval: number;
  /** Infinity where none is given. */
  count: number;
  until: LocalTime | null;
  /** The first day of a week, 0 for Sunday. */
  weekStart: number;
  months: ReadonlySet<number> | null;
  weeks: ReadonlySet<number> | null;
  yearDays: ReadonlySet<number> | null;
  monthDays: ReadonlySet<number> | null;
  weekdays: readonly WeekdayPart[] | null;
  positions: ReadonlySet<number> | null;
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const WEEKDAY_PART = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/;
const MONDAY = 1;
/** Of years, even: nothing that repeats less often repeats. */
const MAX_INTERVAL = 10_000;
/** A calendar of days cannot tell what happens within one. */
const WITHIN_A_DAY = ['byhour', 'byminute', 'bysecond'];
const KNOWN = new Set([
  ...['freq', 'interval', 'count', 'until', 'wkst', 'bymonth', 'byweekno', 'byyearday'],
  ...['bymonthday', 'byday', 'bysetpos'],
]);

/**
 * Reads the form that jCal has, an object of lists and single values; answers what is wrong, as a
 * text, when it is no rule that chooses days.
 */
export function readRule(
  value: unknown,
  readTime: (value: unknown) => LocalTime | null,
): RecurrenceRule | string {
  const parts = typeof value === 'object' && value !== null ? (value as Parts) : {};
  const frequency = FREQUENCIES.find((known) => known === parts['freq']);
  if (frequency === undefined || WITHIN_A_DAY.some((name) => name in parts)) {
    return 'must repeat by days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, without BYHOUR, BYMINUTE, BYSECOND';
  }
  const unknown = Object.keys(parts).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return `has a part that is not supported: ${unknown.slice(0, 20)}`;

  const until = parts['until'] === undefined ? null : readTime(parts['until']);
  if (until === null && parts['until'] !== undefined) return 'UNTIL must be a date or time';
  const [interval, count] = [parts['interval'] ?? 1, parts['count'] ?? Infinity];
  if (!isWithin(interval, MAX_INTERVAL)) return `INTERVAL must be from 1 to ${MAX_INTERVAL}`;
  if (!isWithin(count, Infinity)) return 'COUNT must be at least 1';
  return chosen(parts, { frequency, interval, count, until });
}

type Parts = Record<string, unknown>;
type Frame = Pick<RecurrenceRule, 'frequency' | 'interval' | 'count' | 'until'>;

function chosen(parts: Parts, frame: Frame): RecurrenceRule | string {
  const weekdays = listOf(parts['byday'])?.map(weekdayPart) ?? null;
  if (weekdays?.some((part) => part === null)) return 'BYDAY must be weekdays such as MO or -1FR';
  const rule: RecurrenceRule = {
    ...frame,
    // The parser counts weekdays from 1 for Sunday.
    weekStart: typeof parts['wkst'] === 'number' ? parts['wkst'] - 1 : MONDAY,
    months: numbersOf(parts['bymonth']),
    weeks: numbersOf(parts['byweekno']),
    yearDays: numbersOf(parts['byyearday']),
    monthDays: numbersOf(parts['bymonthday']),
    weekdays: weekdays as WeekdayPart[] | null,
    positions: numbersOf(parts['bysetpos']),
  };
  const hasNth = rule.weekdays?.some(({ nth }) => nth !== 0) ?? false;
  const takesNth = ['MONTHLY', 'YEARLY'].includes(rule.frequency) && rule.weeks === null;
  return hasNth && !takesNth ? 'BYDAY takes numbers only in months and years' : rule;
}

/** The parser has checked their limits. */
function numbersOf(value: unknown): ReadonlySet<number> | null {
  const list = listOf(value);
  return list && new Set(list.map(Number));
}

function listOf(value: unknown): readonly unknown[] | null {
  if (value === undefined) return null;
  // Each value once: a list of thousands of Mondays would be asked for every day.
  return Array.isArray(value) ? [...new Set(value as unknown[])] : [value];
}

function weekdayPart(value: unknown): WeekdayPart | null {
  const [, nth = '0', weekday = ''] = WEEKDAY_PART.exec(String(value)) ?? [];
  return weekday === '' ? null : { weekday: WEEKDAYS.indexOf(weekday), nth: Number(nth) };
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 1 && value <= most;
}
