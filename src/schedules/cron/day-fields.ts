import { schedulePartError } from '../schedule-error.ts';
import type { DaysOfMonth, DaysOfWeek } from './cron-fields.ts';
import { spellOut, type HashChoice } from './hashed-item.ts';
import { readPlainItem, readValue, splitList, type FieldKind, type Part } from './field-reader.ts';

export const DAY_OF_MONTH: FieldKind = {
  name: 'day of month',
  min: 1,
  max: 31,
  count: 31,
  // The days that every month has.
  hashCount: 28,
  place: 3,
  words: [],
};

export const DAY_OF_WEEK: FieldKind = {
  name: 'day of week',
  min: 0,
  max: 7,
  count: 7,
  place: 5,
  words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

const NEAREST_WEEKDAY = /^(\d+)W$/;
const LAST_OF_MONTH = /^(\w+)L$/;
const NTH_OF_MONTH = /^(\w+)#(.*)$/;

/** Reads the day-of-month field: plain days, `L`, `LW` and `15W`, alone or in a list. */
export function readDaysOfMonth(field: Part, choose: HashChoice): DaysOfMonth {
  if (field.text === '?') return readDaysOfMonth({ ...field, text: '*' }, choose);
  let [restricted, last, lastWeekday, days, nearestWeekday] = [true, false, false, 0, 0];
  for (const item of splitList(field)) {
    const text = item.text.toUpperCase();
    const nearest = NEAREST_WEEKDAY.exec(text)?.[1];
    if (text === 'L') last = true;
    else if (text === 'LW') lastWeekday = true;
    else if (nearest !== undefined) {
      nearestWeekday |= 1 << (readValue({ text: nearest, at: item.at }, DAY_OF_MONTH) - 1);
    } else {
      refuseSpecials(item, text, DAY_OF_MONTH, 'L, LW and 15W');
      const { values, wildcard } = readPlainItem(
        spellOut(item, DAY_OF_MONTH, choose),
        DAY_OF_MONTH,
      );
      for (const value of values) days |= 1 << (value - 1);
      if (wildcard) restricted = false;
    }
  }
  return { restricted, days, last, lastWeekday, nearestWeekday };
}

/** Reads the day-of-week field: plain weekdays, `5L` and `5#3`, alone or in a list. */
export function readDaysOfWeek(field: Part, choose: HashChoice): DaysOfWeek {
  if (field.text === '?') return readDaysOfWeek({ ...field, text: '*' }, choose);
  const nth = [0, 0, 0, 0, 0];
  let [restricted, last, weekdays] = [true, 0, 0];
  for (const item of splitList(field)) {
    const text = item.text.toUpperCase();
    const lastDay = LAST_OF_MONTH.exec(text)?.[1];
    const [, nthDay, place] = NTH_OF_MONTH.exec(text) ?? [];
    if (lastDay !== undefined) last |= weekdayBit({ text: lastDay, at: item.at });
    else if (nthDay !== undefined) {
      const bit = weekdayBit({ text: nthDay, at: item.at });
      const index = readPlace({ text: place ?? '', at: item.at + nthDay.length + 1 }) - 1;
      nth[index] = (nth[index] ?? 0) | bit;
    } else {
      refuseSpecials(item, text, DAY_OF_WEEK, '5L and 5#3');
      const { values, wildcard } = readPlainItem(spellOut(item, DAY_OF_WEEK, choose), DAY_OF_WEEK);
      for (const value of values) weekdays |= 1 << (value % 7);
      if (wildcard) restricted = false;
    }
  }
  return { restricted, weekdays, last, nth };
}

function weekdayBit(part: Part): number {
  return 1 << (readValue(part, DAY_OF_WEEK) % 7);
}

function readPlace(part: Part): number {
  if (/^[1-5]$/.test(part.text)) return Number(part.text);
  throw schedulePartError(
    `day of week takes # with 1 to 5, got ${part.text || 'nothing'}`,
    part.at,
  );
}

/** L, W, # and ? in other places than those documented, such as `L-3`, `1-5W` or `?,3`. */
function refuseSpecials(item: Part, text: string, kind: FieldKind, known: string): void {
  const words = text.replace(/[A-Z]{3,}/g, (word) => ' '.repeat(word.length));
  const place = words.search(/[LW#?]/);
  if (place < 0) return;
  const message = `${kind.name} knows ${known}, each as an item of its own, and ? alone`;
  throw schedulePartError(message, item.at + place);
}
