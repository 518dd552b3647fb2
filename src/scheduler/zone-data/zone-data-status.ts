import { Injectable } from '@nestjs/common';
import { zoneDataSource, zoneDataVersion } from '../../schedules/zones/time-zones.ts';
import type { ZoneSource } from '../../schedules/zones/zone-data.ts';

/** The zone data of a process as its readiness probe tells of them. */
export interface ShownZoneData {
  zoneData: string;
  zoneDataSource: ZoneSource;
  zoneDataStored: string | null;
  zoneDataBehind: boolean;
}

/** What this process knows of the zone data that the stored next instants derive from. */
@Injectable()
export class ZoneDataStatus {
  /** Their release, as last seen; null while nobody has told. */
  stored: string | null = null;

  /** Whether somebody else goes by newer data than this process has. */
  get isBehind(): boolean {
    return this.stored !== null && this.stored > zoneDataVersion();
  }

  get shown(): ShownZoneData {
    return {
      zoneData: zoneDataVersion(),
      zoneDataSource: zoneDataSource(),
      zoneDataStored: this.stored,
      zoneDataBehind: this.isBehind,
    };
  }
}
