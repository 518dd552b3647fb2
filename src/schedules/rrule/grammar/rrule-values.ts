import { splitPart, type Part } from '../../cron/field-reader.ts';
import { schedulePartError } from '../../schedule-error.ts';

export const FREQUENCIES = [
  'SECONDLY',
  'MINUTELY',
  'HOURLY',
  'DAILY',
  'WEEKLY',
  'MONTHLY',
  'YEARLY',
] as const;

export type Frequency = (typeof FREQUENCIES)[number];

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** A weekday, each of them or the one with a place; 0 for Sunday. */
export interface RruleDay {
  readonly weekday: number;
  /** From 1, or from -1 backwards; null when each counts. */
  readonly place: number | null;
}

/** Numbers that a part takes; `signed` ones may count from the end. */
export interface NumberKind {
  readonly min: number;
  readonly max: number;
  readonly signed: boolean;
}

/** The value of a part, with the name of the part in front of it. */
export interface NamedPart extends Part {
  readonly name: string;
}

export function readFrequency(part: NamedPart): Frequency {
  const found = FREQUENCIES.find((name) => name === part.text.toUpperCase());
  if (found) return found;
  throw schedulePartError(`FREQ takes one of ${FREQUENCIES.join(' ')}, ${got(part)}`, part.at);
}

export function readNumbers(part: NamedPart, kind: NumberKind): ReadonlySet<number> {
  return new Set(itemsOf(part).map((item) => readNumber(item, kind)));
}

export function readNumber(part: NamedPart, { min, max, signed }: NumberKind): number {
  const form = signed ? /^[+-]?\d{1,6}$/ : /^\d{1,6}$/;
  const value = form.test(part.text) ? Number(part.text) : NaN;
  if (Math.abs(value) >= min && Math.abs(value) <= max) return value;
  const limits = `${min} to ${max}${signed ? ` or -${max} to -${min}` : ''}`;
  throw schedulePartError(`${part.name} takes ${limits}, ${got(part)}`, part.at);
}

export function readWeekday(part: NamedPart): number {
  const weekday = WEEKDAYS.indexOf(part.text.toUpperCase());
  if (weekday >= 0) return weekday;
  throw schedulePartError(`${part.name} takes ${WEEKDAYS.join(' ')}, ${got(part)}`, part.at);
}

/** Reads `MO`, `1MO`, `-1FR`, alone or in a list. */
export function readDays(part: NamedPart): readonly RruleDay[] {
  return itemsOf(part).map((item) => {
    const [, place = '', weekday = ''] = /^([^a-z]*)(.*)$/i.exec(item.text) ?? [];
    const at = item.at + place.length;
    return {
      place: place === '' ? null : readNumber({ ...item, text: place }, PLACE),
      weekday: readWeekday({ ...item, text: weekday, at }),
    };
  });
}

const PLACE: NumberKind = { min: 1, max: 53, signed: true };

function itemsOf(part: NamedPart): NamedPart[] {
  return splitPart(part, ',').map((item) => ({ ...item, name: part.name }));
}

/** Names what stands at a place, for an error. */
function got({ text }: Part): string {
  if (text === '') return 'got nothing';
  return /^[\w+:-]{1,20}$/.test(text) ? `got ${text}` : 'got something else';
}
