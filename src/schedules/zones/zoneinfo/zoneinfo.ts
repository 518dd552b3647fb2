import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeZone } from '../time-zone.ts';
import type { ZoneData } from '../zone-data.ts';
import { isPlausible } from './plausible.ts';
import { readTzif, TzifError } from './tzif.ts';
import { type LeaveOut, readBeginning, type ZoneFile, zoneFiles } from './zoneinfo-files.ts';

/** The directory cannot be used at all; the message says which one, and what is wrong with it. */
export class ZoneinfoError extends Error {
  constructor(directory: string, flaw: string, options?: ErrorOptions) {
    super(`The zone data in ${directory} (ZONEINFO_DIRECTORY) cannot be used: ${flaw}`, options);
    this.name = 'ZoneinfoError';
  }
}

/** What a directory holds, and which zones of it cannot be read. */
export interface Zoneinfo {
  data: ZoneData;
  /** Names, each with the reason. */
  leftOut: string[];
}

const RELEASE = /^\d{4}[a-z]{1,2}(-[\w.-]{1,40})?$/;
/** The largest file of all has less than four thousand bytes. */
const MAX_ZONE_BYTES = 65_536;
const FILES_AT_ONCE = 16;
const VERSION_BYTES = 128;
/** Where the version may stand: in the text that zones are compiled from, or on its own. */
const VERSION_FILES = [
  { file: 'tzdata.zi', form: /^# version (\S+)/ },
  { file: '+VERSION', form: /^(\S+)/ },
] as const;

/** The release of the data in a zoneinfo directory, such as `2026f`. */
export async function zoneinfoVersion(directory: string): Promise<string> {
  await access(directory);
  for (const { file, form } of VERSION_FILES) {
    const bytes = await readBeginning(join(directory, file), VERSION_BYTES).catch(nothingIfMissing);
    const [, version = ''] = form.exec(Buffer.from(bytes).toString('latin1')) ?? [];
    if (RELEASE.test(version)) return version;
  }
  const [text, own] = VERSION_FILES.map(({ file }) => file);
  throw new Error(`neither ${text} nor ${own} says which release it is`);
}

/**
 * Reads all zones of a directory of compiled files, as systems keep it in /usr/share/zoneinfo. A
 * zone that cannot be read is left out. Throws a `ZoneinfoError` when the directory cannot be
 * read, does not say which release it is, or holds no zone.
 */
export async function readZoneinfo(directory: string): Promise<Zoneinfo> {
  try {
    const leftOut: string[] = [];
    const leaveOut: LeaveOut = (name, reason) => void leftOut.push(`${name}: ${reason}`);
    const version = await zoneinfoVersion(directory);
    const zones = await readZones(directory, leaveOut);
    if (zones.size === 0) throw new Error('it holds no compiled zone');
    const names = [...zones.keys()].sort();
    return {
      data: { version, source: 'directory', names, zone: (name) => zones.get(name) },
      leftOut,
    };
  } catch (error) {
    throw asZoneinfoError(directory, error);
  }
}

async function readZones(directory: string, leaveOut: LeaveOut): Promise<Map<string, TimeZone>> {
  const zones = new Map<string, TimeZone>();
  const files = await zoneFiles(directory, leaveOut);
  for (let start = 0; start < files.length; start += FILES_AT_ONCE) {
    const lot = files.slice(start, start + FILES_AT_ONCE);
    const read = await Promise.all(lot.map((file) => readZone(file, leaveOut)));
    for (const zone of read) if (zone) zones.set(zone.name, zone);
  }
  return zones;
}

/** Whatever went wrong, in words for whoever has named the directory. */
export function asZoneinfoError(directory: string, error: unknown): ZoneinfoError {
  const flaw = error instanceof Error ? error.message : String(error);
  return new ZoneinfoError(directory, flaw, { cause: error });
}

async function readZone(
  { name, path }: ZoneFile,
  leaveOut: LeaveOut,
): Promise<TimeZone | undefined> {
  try {
    const bytes = await readBeginning(path, MAX_ZONE_BYTES + 1);
    if (bytes.length > MAX_ZONE_BYTES) throw new TzifError('it is too large');
    const zone = readTzif(name, bytes);
    if (!isPlausible(zone)) throw new TzifError('its clock is moved as none has ever been');
    return zone;
  } catch (error) {
    leaveOut(name, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function nothingIfMissing(error: NodeJS.ErrnoException): Uint8Array {
  if (error.code === 'ENOENT' || error.code === 'EISDIR') return new Uint8Array();
  throw error;
}
