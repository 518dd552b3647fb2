import { packagedZones } from './packaged-zones.ts';
import type { TimeZone } from './time-zone.ts';
import type { ZoneData, ZoneSource } from './zone-data.ts';

/** The data that everything in this process goes by. */
let inUse: ZoneData = packagedZones;
const forgetters: (() => void)[] = [];

/** From now on everything in this process goes by other data. */
export function useZoneData(data: ZoneData): void {
  inUse = data;
  for (const forget of forgetters) forget();
}

/** Registers what has to be forgotten when other data come into use: all that was made of zones. */
export function whenZonesChange(forget: () => void): void {
  forgetters.push(forget);
}

/** Is this the name of a zone, written as IANA writes it? */
export function isTimeZone(name: string): boolean {
  return inUse.zone(name) !== undefined;
}

/** The zone of that name, or undefined. Good until other data come into use: not to be kept. */
export function timeZone(name: string): TimeZone | undefined {
  return inUse.zone(name);
}

/** All names that `isTimeZone` accepts, in order. */
export function timeZoneNames(): string[] {
  return [...inUse.names];
}

/** The release of the IANA data in use, such as `2026f`. */
export function zoneDataVersion(): string {
  return inUse.version;
}

/** Where the data in use come from. */
export function zoneDataSource(): ZoneSource {
  return inUse.source;
}

/** UTC under all of its names, and clocks at whole hours from it: no law can move them. */
const FIXED = /^(Etc\/.+|UTC|UCT|GMT|GMT[+-]?0|Greenwich|Universal|Zulu)$/;

/** Whether the clock of a zone is the same in all releases of the data. */
export function isFixedZone(name: string): boolean {
  return FIXED.test(name);
}

export function fixedZoneNames(): string[] {
  return inUse.names.filter(isFixedZone);
}
