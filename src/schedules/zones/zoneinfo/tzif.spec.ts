import { describe, expect, it } from '@jest/globals';
import { disagreements } from '../../../../test/support/disagreements.ts';
import { tzif, type ZoneText } from '../../../../test/support/zoneinfo.ts';
import { packagedZones } from '../packaged-zones.ts';
import type { TimeZone } from '../time-zone.ts';
import { readTzif } from './tzif.ts';

const HOUR = 3_600;
const LAW_OF_2007 = 'PST8PDT,M3.2.0,M11.1.0';
const RULED = { from: '2007-01-01T00:00:00Z', to: '2200-01-01T00:00:00Z' };

/** Pacific time in a list that ends with the last change before its rule, in winter. */
const PACIFIC: ZoneText = {
  first: -8 * HOUR,
  changes: [
    ['2006-04-02T10:00:00Z', -7 * HOUR],
    ['2006-10-29T09:00:00Z', -8 * HOUR],
  ],
  footer: LAW_OF_2007,
};

function packaged(name: string): TimeZone {
  return packagedZones.zone(name)!;
}

function hoursAt(zone: TimeZone, ...instants: string[]): number[] {
  return instants.map((instant) => zone.offsetAt(Date.parse(instant) / 1_000) / HOUR);
}

/** A zone with all its changes up to a year in a list. */
function listed(zone: TimeZone, year: number): ZoneText {
  const spans = zone.spanAt(Date.UTC(year) / 1_000);
  return {
    first: zone.offsetOf(0),
    changes: Array.from({ length: spans }, (_, index) => [
      new Date(zone.startOf(index + 1) * 1_000).toISOString(),
      zone.offsetOf(index + 1),
    ]),
  };
}

describe('a compiled zone', () => {
  it.each([2, 3, 4] as const)('of version %d goes on by its rule after its list', (version) => {
    const zone = readTzif('America/Los_Angeles', tzif({ ...PACIFIC, version }));

    expect(disagreements(zone, packaged('America/Los_Angeles'), RULED)).toEqual([]);
  });

  it('may have its last listed change in the middle of a year', () => {
    const changes = [...PACIFIC.changes!, ['2007-03-11T10:00:00Z', -7 * HOUR] as const];

    const zone = readTzif('America/Los_Angeles', tzif({ ...PACIFIC, changes }));

    expect(disagreements(zone, packaged('America/Los_Angeles'), RULED)).toEqual([]);
  });

  it('may list what its rule says as well', () => {
    const long = listed(packaged('America/Los_Angeles'), 2100);

    const zone = readTzif('America/Los_Angeles', tzif({ ...long, footer: LAW_OF_2007 }));

    const always = { from: '1970-01-01T00:00:00Z', to: '2300-01-01T00:00:00Z' };
    expect(disagreements(zone, packaged('America/Los_Angeles'), always)).toEqual([]);
  });

  it('goes by its rule alone when it lists nothing', () => {
    const zone = readTzif('EST5EDT', tzif({ first: 0, footer: 'EST5EDT,M3.2.0,M11.1.0' }));

    expect(hoursAt(zone, '1970-01-15T00:00:00Z', '1970-07-15T00:00:00Z')).toEqual([-5, -4]);
    expect(hoursAt(zone, '2500-01-15T00:00:00Z', '2500-07-15T00:00:00Z')).toEqual([-5, -4]);
  });

  it('stays as it is when there is no rule', () => {
    const zone = readTzif('A', tzif({ first: 0, changes: [['2001-01-01T00:00:00Z', HOUR]] }));

    expect(hoursAt(zone, '2000-12-31T23:59:59Z', '2001-01-01T00:00:00Z')).toEqual([0, 1]);
    expect(hoursAt(zone, '2300-07-01T00:00:00Z')).toEqual([1]);
  });

  it('may end with a summer for good', () => {
    const changes = [['2026-11-01T09:00:00Z', -7 * HOUR]] as const;

    const zone = readTzif('A', tzif({ first: -8 * HOUR, changes, footer: 'PST8PDT,0/0,J365/25' }));

    expect(hoursAt(zone, '2026-10-01T00:00:00Z', '2026-12-01T00:00:00Z')).toEqual([-8, -7]);
    expect(hoursAt(zone, '2099-01-15T00:00:00Z')).toEqual([-7]);
  });

  it('does not move the clock for a new name, and forgets what was before 1970', () => {
    const zone = readTzif(
      'A',
      tzif({
        first: 1_172,
        changes: [
          ['1883-11-18T12:00:00Z', 0],
          ['1969-12-01T00:00:00Z', HOUR],
          ['1980-01-01T00:00:00Z', HOUR],
          ['1990-01-01T00:00:00Z', 0],
        ],
        footer: '<+00>0',
      }),
    );

    expect(zone.spanAt(Date.UTC(2000) / 1_000)).toBe(1);
    expect(zone.offsetOf(0)).toBe(HOUR);
  });

  it.each(['Europe/Dublin', 'Africa/Casablanca', 'Pacific/Apia', 'Australia/Lord_Howe', 'UTC'])(
    'of version 1 is read from 32 bits, and %s goes on as its last years do',
    (name) => {
      const zone = readTzif(name, tzif({ ...listed(packaged(name), 2038), version: 1 }));

      const future = { from: '1970-01-01T00:00:00Z', to: '2080-01-01T00:00:00Z' };
      expect(disagreements(zone, packaged(name), future)).toEqual([]);
    },
  );
});

describe('a file that is no zone', () => {
  const whole = tzif(PACIFIC);
  const later = (bytes: Buffer, at: number, value: number): Buffer => {
    const changed = Buffer.from(bytes);
    changed[at] = value;
    return changed;
  };

  it.each([
    ['is empty', Buffer.alloc(0), 'cut short'],
    ['is text', Buffer.from('# version 2026f\n'.repeat(10)), 'does not begin with TZif'],
    ['counts leap seconds', tzif({ ...PACIFIC, leapSeconds: 27 }), 'leap seconds'],
    ['has an unreadable rule', tzif({ ...PACIFIC, footer: 'PST8PDT' }), 'rule "PST8PDT"'],
    ['has no last line', whole.subarray(0, -1), 'no last line'],
    ['has an offset of weeks', tzif({ first: 7 * 86_400 }), 'no clock is off by'],
    ['has no type', later(tzif({ first: 0, version: 1 }), 39, 0), 'of no type'],
    ['promises more than it holds', later(whole, 32, 255), 'cut short'],
    [
      'goes back in time',
      tzif({ ...PACIFIC, changes: [...PACIFIC.changes!].reverse() }),
      'not in order',
    ],
  ])('is refused when it %s', (_what, bytes, flaw) => {
    expect(() => readTzif('A', bytes)).toThrow(flaw);
  });

  it('is refused wherever it is cut', () => {
    const lengths = Array.from({ length: whole.length }, (_, length) => length);

    const read = lengths.filter((length) => {
      try {
        return Boolean(readTzif('A', whole.subarray(0, length)));
      } catch {
        return false;
      }
    });

    expect(read).toEqual([]);
  });
});
