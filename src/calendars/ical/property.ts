import ICAL from 'ical.js';
import type { ContentLine } from './content-lines.ts';
import type { Effort } from './effort.ts';
import { flawAt } from './flaw.ts';

/** A property of an event, in the terms of jCal (RFC 7265). */
export interface Property {
  line: number;
  /** In lower case. */
  name: string;
  timeZone: string | null;
  /** Whether it speaks of more than one occurrence: `RANGE=THISANDFUTURE`. */
  isRange: boolean;
  /** Such as `date` or `recur`. */
  type: string;
  /** Whatever stands there: the parser lets nonsense through, so each reader has to look. */
  values: readonly unknown[];
}

/** The parser takes more than linear time for a long line; a list of a thousand dates is shorter. */
const MAX_LENGTH = 16_384;

/** A step takes about as long as so many characters. */
const CHARACTERS_PER_STEP = 8;

/** Takes a content line apart. */
export function parseProperty({ number, text }: ContentLine, effort: Effort): Property {
  effort.spend(Math.ceil(text.length / CHARACTERS_PER_STEP));
  if (text.length > MAX_LENGTH) {
    throw flawAt(number, `must not be longer than ${MAX_LENGTH} characters`);
  }
  const [name, parameters, type, ...values] = jCalOf(text) ?? [];
  if (name === undefined || parameters === undefined || type === undefined) {
    throw flawAt(number, 'cannot be read as a property of RFC 5545');
  }
  const timeZone = typeof parameters['tzid'] === 'string' ? parameters['tzid'] : null;
  return { line: number, name, timeZone, isRange: 'range' in parameters, type, values };
}

type JCalProperty = [string, Record<string, unknown>, string, ...unknown[]];

function jCalOf(text: string): JCalProperty | null {
  try {
    return ICAL.parse.property(text, ICAL.design.icalendar) as JCalProperty;
  } catch {
    // What the parser throws is made for its authors, and repeats the whole line.
    return null;
  }
}
