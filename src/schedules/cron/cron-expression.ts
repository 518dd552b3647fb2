import { schedulePartError } from '../schedule-error.ts';
import type { CronFields } from './cron-fields.ts';
import { readDaysOfMonth, readDaysOfWeek } from './day-fields.ts';
import { DayRule } from './day-rule.ts';
import { readPlainItem, splitPart, type FieldKind, type Part } from './field-reader.ts';
import { ValueSet } from './value-set.ts';

const SECOND: FieldKind = { name: 'second', min: 0, max: 59, count: 60, words: [] };
const MINUTE: FieldKind = { name: 'minute', min: 0, max: 59, count: 60, words: [] };
const HOUR: FieldKind = { name: 'hour', min: 0, max: 23, count: 24, words: [] };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MONTH: FieldKind = { name: 'month', min: 1, max: 12, count: 12, words: MONTHS };

/** `H`, the stable hash of other schedulers; not the letter in THU. */
const HASH_FORM = /(?<![a-z])h(?![a-z])/i;

const ON_THE_MINUTE: Part = { text: '0', at: 0 };

/**
 * Takes a cron expression apart: minute, hour, day of month, month, day of week, with seconds
 * before them when there are six fields. Refuses what can never fire. Letters count in either
 * case; fields are set apart by spaces or tabs.
 */
export function parseCron(expression: string): CronFields {
  const hash = expression.search(HASH_FORM);
  if (hash >= 0) throw schedulePartError('H is not a supported form', hash);
  const parts = Array.from(expression.matchAll(/[^ \t]+/g), (match) => {
    return { text: match[0], at: match.index };
  });
  if (parts.length < 5 || parts.length > 6) throw fieldCountError(parts, expression);

  const [second, minute, hour, dayOfMonth, month, dayOfWeek] =
    parts.length === 6 ? parts : [ON_THE_MINUTE, ...parts];
  const fields = {
    seconds: readValues(second, SECOND),
    minutes: readValues(minute!, MINUTE),
    hours: readValues(hour!, HOUR),
    daysOfMonth: readDaysOfMonth(dayOfMonth!),
    months: readValues(month!, MONTH),
    daysOfWeek: readDaysOfWeek(dayOfWeek!),
  };
  if (new DayRule(fields).isPossible()) return fields;
  throw schedulePartError('day of month never comes in the given months', dayOfMonth!.at);
}

function readValues(field: Part, kind: FieldKind): ValueSet {
  const values = splitPart(field, ',').flatMap((item) => readPlainItem(item, kind).values);
  // Months are counted from 0 inside, all other values as they are written.
  return ValueSet.of(kind === MONTH ? values.map((month) => month - 1) : values);
}

function fieldCountError(parts: Part[], expression: string): Error {
  const message = `a cron expression takes 5 or 6 fields, got ${parts.length}`;
  return schedulePartError(message, parts[6]?.at ?? expression.length);
}
