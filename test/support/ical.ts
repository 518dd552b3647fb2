import { readFileSync } from 'node:fs';

/** An iCalendar file from `test/fixtures`, with the line ends that the standard asks for. */
export function icalFile(name: string): string {
  const file = new URL(`../fixtures/ical/${name}.ics`, import.meta.url);
  return readFileSync(file, 'utf8').replace(/\r?\n/g, '\r\n');
}

/** A file with one event, whose properties are given line by line. */
export function icalEvent(...properties: string[]): string {
  return icalEvents([properties]);
}

export function icalEvents(events: readonly string[][]): string {
  const lines = events.flatMap((event) => ['BEGIN:VEVENT', ...event, 'END:VEVENT']);
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}
