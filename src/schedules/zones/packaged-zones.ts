import { createRequire } from 'node:module';
import { unpackTransitions } from './packed-zone.ts';
import { TimeZone } from './time-zone.ts';
import type { ZoneData } from './zone-data.ts';

interface PackedData {
  readonly version: string;
  /** Packed zones, each beginning with its name. */
  readonly zones: readonly string[];
  /** `zone|other name of it`. */
  readonly links: readonly string[];
}

/** The zones that come with the service, decoded one by one when first asked for. */
class PackagedZones implements ZoneData {
  readonly source = 'package';
  readonly version: string;
  readonly names: readonly string[];
  private readonly packed: ReadonlyMap<string, string>;
  private readonly decoded = new Map<string, TimeZone>();

  constructor(data: PackedData) {
    this.version = data.version;
    const packed = new Map(data.zones.map((zone) => [zone.slice(0, zone.indexOf('|')), zone]));
    for (const link of data.links) {
      const [target = '', name = ''] = link.split('|');
      const zone = packed.get(target);
      if (zone !== undefined) packed.set(name, zone);
    }
    this.packed = packed;
    this.names = [...packed.keys()].sort();
  }

  zone(name: string): TimeZone | undefined {
    const known = this.decoded.get(name);
    const packed = this.packed.get(name);
    if (known !== undefined || packed === undefined) return known;

    const zone = new TimeZone(name, unpackTransitions(packed));
    this.decoded.set(name, zone);
    return zone;
  }
}

// The zone data inside Node age with Node, and are wrong for zones whose law has changed since;
// a package of data can be kept current on its own.
const require = createRequire(import.meta.url);

export const packagedZones: ZoneData = new PackagedZones(
  require('moment-timezone/data/packed/latest.json') as PackedData,
);
