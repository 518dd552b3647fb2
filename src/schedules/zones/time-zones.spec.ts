import { describe, expect, it } from '@jest/globals';
import type { TimeZone } from './time-zone.ts';
import { isTimeZone, timeZone, timeZoneNames, zoneDataVersion } from './time-zones.ts';

const seconds = (iso: string) => Date.parse(iso) / 1000;

function hoursAt(name: string, iso: string): number {
  return timeZone(name)!.offsetAt(seconds(iso)) / 3600;
}

function spansBetween(zone: TimeZone, from: string, to: string): number[] {
  const first = zone.spanAt(seconds(from));
  return Array.from({ length: zone.spanAt(seconds(to)) - first + 1 }, (_, index) => first + index);
}

/** The offset that the language's own zone data give, in seconds. */
function intlOffsets(name: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const part = Object.fromEntries(
      format.formatToParts(instant * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const local = [part.year, part.month! - 1, part.day, part.hour, part.minute, part.second];
    return Date.UTC(...(local as [number, number])) / 1000 - instant;
  };
}

/** Years that the data inside Node, which are older, have no news about. */
const FROM = '1993-01-01T00:00:00Z';
const TO = '2022-01-01T00:00:00Z';

describe('zone data', () => {
  it('say which release they are', () => {
    expect(zoneDataVersion()).toMatch(/^20\d\d[a-z]$/);
  });

  it.each(['UTC', 'Etc/UTC', 'GMT', 'Europe/Paris', 'Asia/Calcutta', 'US/Pacific', 'EST5EDT'])(
    'know %s',
    (name) => expect(isTimeZone(name)).toBe(true),
  );

  it.each(['', 'utc', 'europe/paris', 'America/New_Yrok', '+02:00', 'CEST', '__proto__', 'UTC '])(
    'refuse %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
      expect(timeZone(name)).toBeUndefined();
    },
  );

  it.each([
    ['America/Vancouver', '2026-11-15T00:00:00Z', -7],
    ['America/Vancouver', '2035-01-15T00:00:00Z', -7],
    ['America/Edmonton', '2026-11-15T00:00:00Z', -6],
    ['Africa/Casablanca', '2026-11-15T00:00:00Z', 0],
    ['Africa/Casablanca', '2026-06-15T00:00:00Z', 1],
    ['America/Mexico_City', '2030-07-01T00:00:00Z', -6],
    ['Asia/Kathmandu', '2030-07-01T00:00:00Z', 5.75],
    ['Australia/Lord_Howe', '2026-12-01T00:00:00Z', 11],
    ['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5],
    ['Pacific/Apia', '2011-12-30T09:59:59Z', -10],
    ['Pacific/Apia', '2011-12-30T10:00:00Z', 14],
    ['Europe/Dublin', '1970-01-01T00:00:00Z', 1],
    ['Antarctica/Troll', '2026-07-01T00:00:00Z', 2],
  ])('put %s at %s on %d hours', (name, iso, hours) => {
    expect(hoursAt(name, iso)).toBe(hours);
  });

  it('agree with the data of the language from 1993 to 2021, around every change', () => {
    const wrong: string[] = [];

    for (const name of Intl.supportedValuesOf('timeZone').filter(isTimeZone)) {
      const zone = timeZone(name)!;
      const intl = intlOffsets(name);
      for (const span of spansBetween(zone, FROM, TO)) {
        for (const instant of [zone.startOf(span), zone.endOf(span) - 1]) {
          const comparable = instant >= seconds(FROM) && instant < seconds(TO);
          if (comparable && intl(instant) !== zone.offsetAt(instant)) {
            wrong.push(`${name} ${new Date(instant * 1000).toISOString()}`);
          }
        }
      }
    }

    expect(wrong).toEqual([]);
  });

  it.each([
    'America/New_York',
    'Europe/Berlin',
    'Australia/Sydney',
    'America/Santiago',
    'Asia/Tokyo',
  ])('agree with the data of the language in 2050 and 2090 for %s', (name) => {
    const intl = intlOffsets(name);

    for (let day = 0; day < 366; day += 1) {
      for (const start of ['2050-01-01T00:30:00Z', '2090-01-01T13:30:00Z']) {
        const instant = seconds(start) + day * 86_400;
        expect(timeZone(name)!.offsetAt(instant)).toBe(intl(instant));
      }
    }
  });

  it('keep changes days apart, which the daylight saving rule relies on', () => {
    const tooClose = timeZoneNames().filter((name) => {
      const zone = timeZone(name)!;
      const spans = spansBetween(zone, '1970-01-02T00:00:00Z', '2100-01-01T00:00:00Z');
      return spans.some((span) => zone.endOf(span) - zone.startOf(span) < 3 * 86_400);
    });

    expect(tooClose).toEqual([]);
  });
});
