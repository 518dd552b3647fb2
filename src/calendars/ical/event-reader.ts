import type { ContentLine } from './content-lines.ts';
import type { Effort } from './effort.ts';
import { flawAt, flawInFile } from './flaw.ts';
import { parseProperty, type Property } from './property.ts';

/** A VEVENT as it stands in the file. */
export interface EventText {
  line: number;
  properties: Property[];
  /** How many values they have. */
  values: number;
}

const MAX_EVENTS = 5_000;
/** In one event. */
const MAX_VALUES = 5_000;
const MAX_DEPTH = 10;
const NAME = /^([a-z-]+)[;:]/i;
/** All that says when an event is; the rest may be as long and as strange as it likes. */
const USED = new Set([
  'uid',
  'status',
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'exrule',
  'rdate',
  'exdate',
  'recurrence-id',
]);

/** Finds the events in a file, which is given to it line by line. */
export class EventReader {
  readonly events: EventText[] = [];
  /** The components that have begun and not ended, in capitals. */
  private readonly open: string[] = [];
  private hasCalendar = false;

  constructor(private readonly effort: Effort) {}

  take(line: ContentLine): void {
    this.effort.spend(1);
    const name = NAME.exec(line.text)?.[1]?.toLowerCase() ?? '';
    if (name === 'begin') this.begin(line, valueOf(line));
    else if (name === 'end') this.end(line, valueOf(line));
    else if (!line.text.includes(':')) throw flawAt(line.number, 'has no colon');
    else if (this.open.length === 0) throw notACalendar();
    else if (this.open.at(-1) === 'VEVENT' && USED.has(name)) this.addTo(this.events.at(-1)!, line);
  }

  /** Comes after the last line. */
  finish(): EventText[] {
    if (!this.hasCalendar) throw notACalendar();
    const left = this.open.at(-1);
    if (left !== undefined) throw flawInFile(`ends without END:${left.slice(0, 40)}`);
    return this.events;
  }

  private begin({ number }: ContentLine, component: string): void {
    if (this.open.length === 0 && component !== 'VCALENDAR') throw notACalendar();
    if (this.open.length === MAX_DEPTH) {
      throw flawAt(number, `components must not be nested deeper than ${MAX_DEPTH} levels`);
    }
    this.hasCalendar = true;
    this.open.push(component);
    if (component !== 'VEVENT') return;

    if (this.events.length === MAX_EVENTS) {
      throw flawAt(number, `there must not be more than ${MAX_EVENTS} events`);
    }
    this.events.push({ line: number, properties: [], values: 0 });
  }

  private addTo(event: EventText, line: ContentLine): void {
    const property = parseProperty(line, this.effort);
    event.properties.push(property);
    event.values += property.values.length;
    if (event.values > MAX_VALUES) {
      throw flawAt(line.number, `an event must not list more than ${MAX_VALUES} dates`);
    }
  }

  private end({ number }: ContentLine, component: string): void {
    if (this.open.pop() !== component) throw flawAt(number, 'ends what has not begun');
  }
}

function valueOf({ text }: ContentLine): string {
  return text
    .slice(text.indexOf(':') + 1)
    .trim()
    .toUpperCase();
}

function notACalendar(): Error {
  return flawInFile('must be iCalendar (RFC 5545): BEGIN:VCALENDAR to END:VCALENDAR');
}
