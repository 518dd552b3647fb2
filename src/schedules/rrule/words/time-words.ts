import { formatTimeOfDay } from '../../civil.ts';
import type { RruleParts } from '../grammar/rrule-parts.ts';
import { FREQUENCIES, type Frequency } from '../grammar/rrule-values.ts';
import { listInWords, nounFor } from './words.ts';

/** More times of day than this are not written one by one. */
const MOST_TIMES = 6;

/** When on a day, or within an hour or minute, a rule fires; empty when it says and needs nothing. */
export function timeInWords(parts: RruleParts): string {
  const own = ownOfStart(parts);
  const ofStart = own.length === 0 ? '' : `the ${listInWords(own)} of its start`;
  if (own.length === 3) return 'at the time of its start';
  const listed = timesOfDay(parts) ?? partsInWords(parts);
  if (listed === '') return ofStart && `at ${ofStart}`;
  return ofStart === '' ? listed : `${listed}, with ${ofStart}`;
}

/** What a rule leaves to its start. */
function ownOfStart({ FREQ, BYHOUR, BYMINUTE, BYSECOND }: RruleParts): string[] {
  const own: string[] = [];
  if (!BYHOUR && isLonger(FREQ, 'HOURLY')) own.push('hour');
  if (!BYMINUTE && isLonger(FREQ, 'MINUTELY')) own.push('minute');
  if (!BYSECOND && isLonger(FREQ, 'SECONDLY')) own.push('second');
  return own;
}

function isLonger(frequency: Frequency, other: Frequency): boolean {
  return FREQUENCIES.indexOf(frequency) > FREQUENCIES.indexOf(other);
}

/** `at 09:00 and 17:30`, where hours and minutes are given and make few times. */
function timesOfDay({ BYHOUR, BYMINUTE, BYSECOND = new Set([0]) }: RruleParts): string | null {
  if (!BYHOUR || !BYMINUTE) return null;
  if (BYHOUR.size * BYMINUTE.size * BYSECOND.size > MOST_TIMES) return null;
  const times = [...BYHOUR].flatMap((hour) =>
    [...BYMINUTE].flatMap((minute) =>
      [...BYSECOND].map((second) => hour * 3600 + minute * 60 + second),
    ),
  );
  return `at ${listInWords(times.sort((a, b) => a - b).map(formatTimeOfDay))}`;
}

/** `in hours 9 and 17, at minute 30`. */
function partsInWords({ BYHOUR, BYMINUTE, BYSECOND }: RruleParts): string {
  const named = (preposition: string, noun: string, values?: ReadonlySet<number>) =>
    values ? [`${preposition} ${nounFor(values.size, noun)} ${listInWords(sorted(values))}`] : [];
  return [
    ...named('in', 'hour', BYHOUR),
    ...named('at', 'minute', BYMINUTE),
    ...named('at', 'second', BYSECOND),
  ].join(', ');
}

function sorted(values: ReadonlySet<number>): string[] {
  return [...values].sort((a, b) => a - b).map(String);
}
