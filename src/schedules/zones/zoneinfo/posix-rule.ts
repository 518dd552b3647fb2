import { monthStart } from '../../civil.ts';
import {
  firstWeekdayFrom,
  YearlyChange,
  type YearlyChanges,
  type YearlyDate,
} from '../yearly-rule.ts';

/** What the clock of a zone shows for good, and how it is moved in each year. */
export interface LastingRule {
  /** The offset in winter, or all the time, in seconds east of Greenwich. */
  readonly offset: number;
  /** Null where the clock is not moved. */
  readonly changes: YearlyChanges | null;
}

/** The text is no rule, or none that a file of zone data has. */
export class PosixRuleError extends Error {
  constructor(text: string) {
    super(`the rule ${JSON.stringify(text.slice(0, 100))} cannot be read`);
    this.name = 'PosixRuleError';
  }
}

const NAME = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{1,}>)';
const TIME = '[+-]?\\d{1,3}(?::\\d\\d){0,2}';
const DATE = '(?:M\\d{1,2}\\.\\d\\.\\d|J?\\d{1,3})';
const RULE = new RegExp(
  `^${NAME}(${TIME})(?:${NAME}(${TIME})?,(${DATE})(?:/(${TIME}))?,(${DATE})(?:/(${TIME}))?)?$`,
);
const HOUR = 3_600;
const TWO_O_CLOCK = '2';
/** A year without 29 February, to put the changes in order. */
const SOME_YEAR = 2_037;
const LEAP_DAY = 59;

/**
 * Reads what POSIX writes into the variable TZ (IEEE Std 1003.1, section 8.3), with the hours from
 * -167 to 167 that RFC 9636 adds (section 3.3.1), as it stands at the end of a file of zone data:
 * `PST8PDT,M3.2.0,M11.1.0`. Unlike everywhere else, offsets are written west of Greenwich.
 */
export function readPosixRule(text: string): LastingRule {
  const parts = RULE.exec(text);
  if (!parts) throw new PosixRuleError(text);
  const [, west = '', summerWest, begin, beginAt, end, endAt] = parts;
  const standard = 0 - secondsOf(west);
  if (begin === undefined || end === undefined) return { offset: standard, changes: null };

  const summer = summerWest === undefined ? standard + HOUR : 0 - secondsOf(summerWest);
  const [first, last] = [dateOf(begin), dateOf(end)];
  if (!first || !last) throw new PosixRuleError(text);
  const toSummer = new YearlyChange(first, secondsOf(beginAt ?? TWO_O_CLOCK), standard, summer);
  const toWinter = new YearlyChange(last, secondsOf(endAt ?? TWO_O_CLOCK), summer, standard);
  const [begins, ends] = [toSummer.in(SOME_YEAR).at, toWinter.in(SOME_YEAR).at];
  // A summer without an end is written as one that ends when the next begins.
  if (ends >= toSummer.in(SOME_YEAR + 1).at) return { offset: summer, changes: null };
  return {
    offset: standard,
    changes: begins < ends ? [toSummer, toWinter] : [toWinter, toSummer],
  };
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  const sum = hours * HOUR + minutes * 60 + seconds;
  return text.startsWith('-') ? 0 - sum : sum;
}

/** `M3.2.0`: second Sunday of March, week 5 being the last one; `J60`, `59`: a day of the year. */
function dateOf(text: string): YearlyDate | null {
  if (!text.startsWith('M')) return text.startsWith('J') ? julian(text) : dayOfYear(text);

  const [month = 0, week = 0, weekday = 0] = text.slice(1).split('.').map(Number);
  if (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6) return null;
  return week === 5
    ? lastWeekday(month - 1, weekday)
    : firstWeekdayFrom(month - 1, week * 7 - 6, weekday);
}

/** The week that ends with the month, whatever its length. */
function lastWeekday(month: number, weekday: number): YearlyDate {
  return firstWeekdayFrom(month + 1, -6, weekday);
}

/** From 1 to 365; 29 February cannot be named. */
function julian(text: string): YearlyDate | null {
  const day = Number(text.slice(1)) - 1;
  if (day < 0 || day > 364) return null;
  return (year) => {
    const start = monthStart(year * 12);
    const hasLeapDay = monthStart(year * 12 + 2) - start > LEAP_DAY;
    return start + day + (hasLeapDay && day >= LEAP_DAY ? 1 : 0);
  };
}

/** From 0 to 365; 29 February counts. */
function dayOfYear(text: string): YearlyDate | null {
  const day = Number(text);
  return day > 365 ? null : (year) => monthStart(year * 12) + day;
}
