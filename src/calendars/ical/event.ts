import ICAL from 'ical.js';
import { dayOf, SECONDS_PER_DAY } from '../../schedules/civil.ts';
import { MAX_RANGE_DAYS, MAX_RANGE_YEARS } from '../limits.ts';
import type { EventText } from './event-reader.ts';
import { flawAt } from './flaw.ts';
import { LOCAL_TIME_FORM, type LocalTime, readLocalTime, secondsIn } from './local-time.ts';
import type { Property } from './property.ts';
import { readRule, type RecurrenceRule } from './recurrence-rule.ts';

/** One time that an event takes place. */
export interface Occurrence {
  start: LocalTime;
  /** How many days it touches after that of its start. */
  extraDays: number;
}

/** When an event takes place. */
export interface Event extends Occurrence {
  uid: string;
  isCancelled: boolean;
  /** The start of the occurrence that it stands in for, of the event with the same `uid`. */
  replaces: LocalTime | null;
  rule: RecurrenceRule | null;
  /** Occurrences beside those of the rule. */
  added: Occurrence[];
  /** Starts of occurrences that do not take place. */
  excepted: LocalTime[];
}

/** Reads what an event says about its days. */
export function readEvent(text: EventText): Event {
  refuseUnsupported(text);
  const begins = only(text, 'dtstart');
  if (!begins) throw flawAt(text.line, 'this event has no DTSTART');

  const start = timeIn(begins);
  const extraDays = extraDaysOf(text, start);
  const replaced = only(text, 'recurrence-id');
  return {
    start,
    extraDays,
    uid: textIn(only(text, 'uid')),
    isCancelled: /^cancelled$/i.test(textIn(only(text, 'status'))),
    replaces: replaced ? timeIn(replaced) : null,
    rule: ruleOf(only(text, 'rrule'), start),
    added: all(text, 'rdate').flatMap((property) => addedBy(property, extraDays)),
    excepted: all(text, 'exdate').flatMap((property) =>
      property.values.map((value) => time(property, value)),
    ),
  };
}

function refuseUnsupported(text: EventText): void {
  const [rule] = all(text, 'exrule');
  if (rule) throw flawAt(rule.line, 'EXRULE is not supported, only EXDATE');
  const range = all(text, 'recurrence-id').find(({ isRange }) => isRange);
  if (range) throw flawAt(range.line, 'RANGE is not supported: a RECURRENCE-ID names one start');
}

function extraDaysOf(text: EventText, start: LocalTime): number {
  const end = only(text, 'dtend');
  if (end) return daysTouched(end.line, start, secondsIn(start.zone, timeIn(end)));

  const duration = only(text, 'duration');
  const seconds = duration
    ? secondsOf(duration, duration.values[0])
    : start.isDate
      ? SECONDS_PER_DAY
      : 0;
  return daysTouched(duration?.line ?? text.line, start, start.seconds + seconds);
}

/** Ends are exclusive. One that does not lie after the start leaves the day of the start. */
function daysTouched(line: number, start: LocalTime, endSeconds: number): number {
  const extraDays = Math.max(0, dayOf(endSeconds - 1) - dayOf(start.seconds));
  if (extraDays < MAX_RANGE_DAYS) return extraDays;
  throw flawAt(line, `an event must not be longer than ${MAX_RANGE_YEARS} years`);
}

function ruleOf(property: Property | undefined, start: LocalTime): RecurrenceRule | null {
  if (!property) return null;
  const rule = readRule(property.values[0], (value) => readLocalTime(value, start.zone));
  if (typeof rule === 'string') throw flawAt(property.line, `RRULE ${rule}`);
  return rule;
}

/** An RDATE lists starts, or periods, which have ends or lengths of their own. */
function addedBy(property: Property, extraDays: number): Occurrence[] {
  return property.values.map((value) => {
    if (!Array.isArray(value)) return { start: time(property, value), extraDays };

    const [from, to] = value as unknown[];
    const start = time(property, from);
    const end = readLocalTime(to, property.timeZone);
    const endSeconds = end ? secondsIn(start.zone, end) : start.seconds + secondsOf(property, to);
    return { start, extraDays: daysTouched(property.line, start, endSeconds) };
  });
}

function secondsOf({ line }: Property, value: unknown): number {
  try {
    return ICAL.Duration.fromString(String(value)).toSeconds();
  } catch {
    throw flawAt(line, 'must be a duration such as P1D or PT2H');
  }
}

function textIn(property: Property | undefined): string {
  const value = property?.values[0];
  return typeof value === 'string' ? value : '';
}

function timeIn(property: Property): LocalTime {
  return time(property, property.values[0]);
}

function time({ name, line, timeZone }: Property, value: unknown): LocalTime {
  const read = readLocalTime(value, timeZone);
  if (read) return read;
  throw flawAt(line, `${name.toUpperCase()} must be ${LOCAL_TIME_FORM}`);
}

function only(text: EventText, name: string): Property | undefined {
  const [property, second] = all(text, name);
  if (second) throw flawAt(second.line, `${name.toUpperCase()} must not come twice in an event`);
  return property;
}

function all({ properties }: EventText, name: string): Property[] {
  return properties.filter((property) => property.name === name);
}
