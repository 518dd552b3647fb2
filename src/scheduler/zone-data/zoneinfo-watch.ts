import {
  asZoneinfoError,
  readZoneinfo,
  type Zoneinfo,
  zoneinfoVersion,
} from '../../schedules/zones/zoneinfo/zoneinfo.ts';

/** A zoneinfo directory that is brought up to date while somebody goes by it. */
export class ZoneinfoWatch {
  /** The release that has been read. */
  private taken = '';
  /** The release that was there at the last look. */
  private seen = '';

  constructor(readonly directory: string) {}

  /** What is there now; throws a `ZoneinfoError` when that is nothing to go by. */
  async read(): Promise<Zoneinfo> {
    const zoneinfo = await readZoneinfo(this.directory);
    this.taken = zoneinfo.data.version;
    return zoneinfo;
  }

  /**
   * What is there, when it is newer than what was read before; null otherwise. An upgrade replaces
   * one file after the other: a release is read when it has been there for two looks.
   */
  async look(): Promise<Zoneinfo | null> {
    const version = await zoneinfoVersion(this.directory).catch((error: unknown) => {
      throw asZoneinfoError(this.directory, error);
    });
    const isSettled = version === this.seen;
    this.seen = version;
    return isSettled && version > this.taken ? this.read() : null;
  }
}
