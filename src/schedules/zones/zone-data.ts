import type { TimeZone } from './time-zone.ts';

/** Where zone data come from: a package of the service, or a directory of the operator's. */
export type ZoneSource = 'package' | 'directory';

/**
 * The zones of one release of the IANA data. Names count exactly as IANA writes them, old names
 * that live on as links included.
 */
export interface ZoneData {
  /** Such as `2026f`. Later releases come later in the order of text. */
  readonly version: string;
  readonly source: ZoneSource;
  readonly names: readonly string[];
  zone(name: string): TimeZone | undefined;
}

/**
 * The newer of two releases, as a whole; `first` when they are equal. Names that only the other
 * one has stay valid, so that no job becomes unreadable.
 */
export function newest(first: ZoneData, second: ZoneData): ZoneData {
  const [newer, older] = second.version > first.version ? [second, first] : [first, second];
  return {
    version: newer.version,
    source: newer.source,
    names: [...new Set([...newer.names, ...older.names])].sort(),
    zone: (name) => newer.zone(name) ?? older.zone(name),
  };
}
