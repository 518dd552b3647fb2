import { packagedZones } from '../../src/schedules/zones/packaged-zones.ts';
import { TimeZone } from '../../src/schedules/zones/time-zone.ts';
import { newest, type ZoneData } from '../../src/schedules/zones/zone-data.ts';

/** The packaged zones in a later release, in which some have one offset, in hours, for good. */
export function zonesOf(version: string, hours: Record<string, number>): ZoneData {
  const zones = new Map(
    Object.entries(hours).map(([name, offset]) => {
      const always = { starts: [-Infinity], offsets: [offset * 3_600] };
      return [name, new TimeZone(name, always)];
    }),
  );
  const names = [...zones.keys()];
  const changed: ZoneData = {
    version,
    source: 'directory',
    names,
    zone: (name) => zones.get(name),
  };
  return newest(packagedZones, changed);
}
