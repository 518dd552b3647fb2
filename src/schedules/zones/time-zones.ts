import { createRequire } from 'node:module';
import { unpackTransitions } from './packed-zone.ts';
import { TimeZone } from './time-zone.ts';

interface PackedData {
  readonly version: string;
  /** Packed zones, each beginning with its name. */
  readonly zones: readonly string[];
  /** `zone|other name of it`. */
  readonly links: readonly string[];
}

/**
 * The zones of one release of the IANA data, decoded one by one when first asked for.
 * Names count exactly as IANA writes them, old names that live on as links included.
 */
class TimeZones {
  readonly version: string;
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
  }

  get names(): string[] {
    return [...this.packed.keys()].sort();
  }

  has(name: string): boolean {
    return this.packed.has(name);
  }

  get(name: string): TimeZone | undefined {
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
const zones = new TimeZones(require('moment-timezone/data/packed/latest.json') as PackedData);

/** Is this the name of a zone, written as IANA writes it? */
export function isTimeZone(name: string): boolean {
  return zones.has(name);
}

/** The zone of that name, or undefined. */
export function timeZone(name: string): TimeZone | undefined {
  return zones.get(name);
}

/** All names that `isTimeZone` accepts, in order. */
export function timeZoneNames(): string[] {
  return zones.names;
}

/** The release of the IANA data in use, such as `2026f`. */
export function zoneDataVersion(): string {
  return zones.version;
}
