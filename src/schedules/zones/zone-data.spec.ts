import { afterEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../parse-schedule.ts';
import { packagedZones } from './packaged-zones.ts';
import { TimeZone } from './time-zone.ts';
import {
  fixedZoneNames,
  isTimeZone,
  timeZone,
  timeZoneNames,
  useZoneData,
  zoneDataSource,
  zoneDataVersion,
} from './time-zones.ts';
import { newest, type ZoneData } from './zone-data.ts';

const HOUR = 3_600;

/** Zone data in which each zone has one offset for all times. */
function zonesOf(version: string, hours: Record<string, number>): ZoneData {
  const zone = (name: string) => {
    const offset = hours[name];
    if (offset === undefined) return undefined;
    return new TimeZone(name, { starts: [-Infinity], offsets: [offset * HOUR] });
  };
  return { version, source: 'directory', names: Object.keys(hours), zone };
}

function hoursOf(data: Pick<ZoneData, 'zone'>, name: string): number | undefined {
  const offset = data.zone(name)?.offsetAt(0);
  return offset === undefined ? undefined : offset / HOUR;
}

describe('the newest zone data', () => {
  const old = zonesOf('2026f', { A: 1, B: 1 });

  it.each(['2026g', '2027a', '2026za', '2026f-3-gabc'])(
    'are those of %s after 2026f',
    (version) => {
      const data = newest(old, zonesOf(version, { A: 2 }));

      expect([data.version, hoursOf(data, 'A')]).toEqual([version, 2]);
    },
  );

  it.each(['2026f', '2026e', '2025z', '2025zz'])('are not those of %s', (version) => {
    const data = newest(old, zonesOf(version, { A: 2 }));

    expect([data.version, hoursOf(data, 'A')]).toEqual(['2026f', 1]);
  });

  it('know the names that only the other ones have, too', () => {
    const newer = newest(old, zonesOf('2027a', { A: 2, C: 2 }));
    const older = newest(old, zonesOf('2026a', { A: 2, C: 2 }));

    expect([newer, older].map(({ names }) => names)).toEqual([
      ['A', 'B', 'C'],
      ['A', 'B', 'C'],
    ]);
    expect(['A', 'B', 'C', 'D'].map((name) => hoursOf(newer, name))).toEqual([2, 1, 2, undefined]);
    expect(['A', 'B', 'C', 'D'].map((name) => hoursOf(older, name))).toEqual([1, 1, 2, undefined]);
  });
});

describe('zone data that come into use', () => {
  const NINE_IN_VANCOUVER: ScheduleDefinition = {
    schedule: '0 9 * * *',
    timezone: 'America/Vancouver',
    dst: DEFAULT_DST,
    anchor: new Date(0),
  };
  const RULE = { ...NINE_IN_VANCOUVER, schedule: 'RRULE:FREQ=DAILY;BYHOUR=9' };
  const next = (definition: ScheduleDefinition) =>
    parseSchedule(definition).next(new Date('2026-12-01T12:00:00Z'))?.toISOString().slice(11, 16);

  afterEach(() => useZoneData(packagedZones));

  it('are all that is gone by, also for schedules that were read before', () => {
    const before = [next(NINE_IN_VANCOUVER), next(RULE)];

    useZoneData(newest(packagedZones, zonesOf('2099a', { 'America/Vancouver': -8 })));

    expect(before).toEqual(['16:00', '16:00']);
    expect([next(NINE_IN_VANCOUVER), next(RULE)]).toEqual(['17:00', '17:00']);
    expect([zoneDataVersion(), zoneDataSource()]).toEqual(['2099a', 'directory']);
  });

  it('may know other zones', () => {
    useZoneData(newest(packagedZones, zonesOf('2099a', { 'Europe/Atlantis': 1 })));

    expect(isTimeZone('Europe/Atlantis')).toBe(true);
    expect(timeZone('Europe/Paris')).toBeDefined();
    expect(timeZoneNames()).toContain('Europe/Atlantis');
  });

  it('never move a clock of UTC', () => {
    expect(fixedZoneNames()).toEqual(
      expect.arrayContaining(['UTC', 'Etc/UTC', 'Etc/GMT+5', 'GMT0']),
    );
    expect(fixedZoneNames()).not.toContain('Asia/Tokyo');
  });
});
