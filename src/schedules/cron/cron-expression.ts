import { schedulePartError } from '../schedule-error.ts';
import type { CronFields, DayFields } from './cron-fields.ts';
import { DAY_OF_MONTH, DAY_OF_WEEK, readDaysOfMonth, readDaysOfWeek } from './day-fields.ts';
import { DayRule } from './day-rule.ts';
import { readPlainItem, splitList, type FieldKind, type Part } from './field-reader.ts';
import { choiceOf, spellOut, usesHash, type HashChoice } from './hashed-item.ts';
import { ValueSet } from './value-set.ts';

const SECOND: FieldKind = { name: 'second', min: 0, max: 59, count: 60, place: 0, words: [] };
const MINUTE: FieldKind = { name: 'minute', min: 0, max: 59, count: 60, place: 1, words: [] };
const HOUR: FieldKind = { name: 'hour', min: 0, max: 23, count: 24, place: 2, words: [] };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const MONTH: FieldKind = { name: 'month', min: 1, max: 12, count: 12, place: 4, words: MONTHS };
const KINDS = [SECOND, MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK];

const ON_THE_MINUTE: Part = { text: '0', at: 0 };

/**
 * Whether a job is accepted must not depend on what it draws: `H` also has to be possible as the
 * last day that it may stand for, in each of the months that it may stand for.
 */
const LEAST_POSSIBLE = Array.from({ length: MONTH.count }, (_, month): HashChoice => {
  return (kind, count) => (kind === MONTH ? month % count : count - 1);
});

/**
 * Takes a cron expression apart: minute, hour, day of month, month, day of week, with seconds
 * before them when there are six fields. Refuses what can never fire. Letters count in either
 * case; fields are set apart by spaces or tabs.
 */
export function parseCron(expression: string, seed: number): CronFields {
  const parts = splitFields(expression);
  const choose = choiceOf(seed);
  const [second, minute, hour] = parts.length === 6 ? parts : [ON_THE_MINUTE, ...parts];
  const fields = {
    seconds: readValues(second!, SECOND, choose),
    minutes: readValues(minute!, MINUTE, choose),
    hours: readValues(hour!, HOUR, choose),
    ...readDayFields(parts, choose),
  };
  const drawsDate = parts.slice(-3, -1).some(({ text }) => usesHash(text));
  const draws = drawsDate ? LEAST_POSSIBLE : [];
  const dayFields = [fields, ...draws.map((choice) => readDayFields(parts, choice))];
  if (dayFields.every((each) => new DayRule(each).isPossible())) return fields;
  throw schedulePartError('day of month never comes in the given months', parts.at(-3)!.at);
}

/** The same expression with the values that `H` stands for, as `7-59/15` for `H/15`. */
export function spellOutHashes(expression: string, seed: number): string {
  const choose = choiceOf(seed);
  const parts = splitFields(expression);
  const kinds = KINDS.slice(-parts.length);
  const spelled = kinds.map((kind, index) =>
    splitList(parts[index]!).map((item) => spellOut(item, kind, choose).text),
  );
  return spelled.join(' ');
}

function splitFields(expression: string): Part[] {
  const parts = Array.from(expression.matchAll(/[^ \t]+/g), (match) => {
    return { text: match[0], at: match.index };
  });
  if (parts.length === 5 || parts.length === 6) return parts;
  const message = `a cron expression takes 5 or 6 fields, got ${parts.length}`;
  throw schedulePartError(message, parts[6]?.at ?? expression.length);
}

function readDayFields(parts: Part[], choose: HashChoice): DayFields {
  const [dayOfMonth, month, dayOfWeek] = parts.slice(-3);
  return {
    daysOfMonth: readDaysOfMonth(dayOfMonth!, choose),
    months: readValues(month!, MONTH, choose),
    daysOfWeek: readDaysOfWeek(dayOfWeek!, choose),
  };
}

function readValues(field: Part, kind: FieldKind, choose: HashChoice): ValueSet {
  const items = splitList(field).map((item) => spellOut(item, kind, choose));
  const values = items.flatMap((item) => readPlainItem(item, kind).values);
  // Months are counted from 0 inside, all other values as they are written.
  return ValueSet.of(kind === MONTH ? values.map((month) => month - 1) : values);
}
