import { parseDay, SECONDS_PER_DAY } from '../../schedules/civil.ts';
import { timeZone } from '../../schedules/zones/time-zones.ts';

/** A date, or a date and a time, as somebody's clock shows it. */
export interface LocalTime {
  /** What that clock shows, counted from 1970 as if it were UTC. */
  seconds: number;
  /** Where the clock hangs; null for a date, and for a time that is the same everywhere. */
  zone: string | null;
  isDate: boolean;
}

const FORM = /^(\d{4}-\d\d-\d\d)(?:T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(Z?))?$/;
/** The Gregorian calendar everywhere, at least on paper. */
const EARLIEST = '1600-01-01';
/** What zones do later than that nobody knows, and each year takes memory. */
const ZONES_UNTIL_SECONDS = Date.UTC(2100, 0) / 1000;

/** What it has to look like in a file, for people. */
export const LOCAL_TIME_FORM =
  'a date (with VALUE=DATE) or a time that exists, from 1600 on, such as 20271224 or 20271224T180000Z';

/** Reads the form that jCal has, such as `2027-12-24T18:00:00`; null when it is something else. */
export function readLocalTime(value: unknown, zone: string | null): LocalTime | null {
  const [text = '', date = '', hour, minute, second, utc] =
    FORM.exec(typeof value === 'string' ? value : '') ?? [];
  const day = text === '' || date < EARLIEST ? null : parseDay(date);
  if (day === null) return null;

  const midnight = day * SECONDS_PER_DAY;
  if (hour === undefined) return { seconds: midnight, zone: null, isDate: true };
  const seconds = midnight + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return { seconds, zone: utc === 'Z' ? 'UTC' : zone, isDate: false };
}

/**
 * What the clock of another zone shows at that time. A time that belongs to no zone counts as it
 * stands, and so does one of a zone that only the file knows: it is off by hours at most.
 */
export function secondsIn(zone: string | null, time: LocalTime): number {
  const { seconds } = time;
  if (zone === time.zone || seconds > ZONES_UNTIL_SECONDS) return seconds;
  const here = time.zone === null ? undefined : timeZone(time.zone);
  const there = zone === null ? undefined : timeZone(zone);
  if (!here || !there) return seconds;

  const instant = seconds - here.offsetAt(seconds - here.offsetAt(seconds));
  return instant + there.offsetAt(instant);
}
