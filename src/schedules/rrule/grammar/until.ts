import { schedulePartError } from '../../schedule-error.ts';
import type { NamedPart } from './rrule-values.ts';

/** The end of a rule, included. */
export interface Until {
  /** An instant, or what the local clock shows, in seconds since 1970. */
  readonly seconds: number;
  readonly isLocal: boolean;
}

const FORM = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/i;

/** Reads `19971224T000000Z`, a local `19971224T090000`, or all of the local day `19971224`. */
export function readUntil(part: NamedPart): Until {
  const [, year, month, day, hour = '23', minute = '59', second = '59', utc = ''] =
    FORM.exec(part.text) ?? [];
  // Clocks without leap seconds show the second before instead.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}`;
  const text = `${year}-${month}-${day}T${clock}`;
  const ms = Date.parse(`${text}Z`);
  if (!Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)) {
    return { seconds: ms / 1000, isLocal: utc === '' };
  }
  const message =
    'UNTIL takes a date and time that exist: 20271224T000000Z in UTC, 20271224T090000 in the ' +
    'time zone of the job, or 20271224 for all of that day';
  throw schedulePartError(message, part.at);
}
