import { Injectable, Logger } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnModuleInit,
} from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { Loop } from '../../common/loop.ts';
import { Loops } from '../../common/loops.ts';
import { Config } from '../../config/config.ts';
import { packagedZones } from '../../schedules/zones/packaged-zones.ts';
import { useZoneData, zoneDataSource, zoneDataVersion } from '../../schedules/zones/time-zones.ts';
import { newest } from '../../schedules/zones/zone-data.ts';
import type { Zoneinfo } from '../../schedules/zones/zoneinfo/zoneinfo.ts';
import type { Aligned } from './alignments.repository.ts';
import { PlanningGate } from './planning-gate.ts';
import { RealignmentRepository } from './realignment.repository.ts';
import { seenByOlder, stateFor } from './zone-data-state.ts';
import { ZoneDataStatus } from './zone-data-status.ts';
import { ZoneDataRepository } from './zone-data.repository.ts';
import { ZoneinfoWatch } from './zoneinfo-watch.ts';

/** Looks at the directory are so many longest sleeps of a loop apart: a minute by default. */
const POLLS_BETWEEN_LOOKS = 12;
/** Jobs brought in line in one transaction. */
const BATCH = 500;
/** Zones that could not be read and are named in the log. */
const MAX_NAMED = 20;
const NOTHING_YET: Aligned = { moved: 0, withdrawn: 0 };

/**
 * Keeps this process on the newest zone data there are, those that come with the service or those
 * of a directory, and what is stored in line with them: next instants that derive from older data
 * are computed anew, and runs planned for what is no longer due are withdrawn, before anybody here
 * plans them by the new ones. A process whose data are older than those in force takes nothing back.
 */
@Injectable()
export class ZoneKeeper implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ZoneKeeper.name);
  private readonly loop: Loop;
  private readonly watch: ZoneinfoWatch | null;
  private readonly intervalMs: number;
  private readonly isScheduler: boolean;
  private isAligning = false;
  /** Jobs that are brought in line before anybody plans. */
  private urgent: number[] = [];
  private isDirectoryLost = false;
  private newerThanOurs = '';
  private done = NOTHING_YET;

  constructor(
    private readonly states: ZoneDataRepository,
    private readonly realignments: RealignmentRepository,
    private readonly gate: PlanningGate,
    private readonly status: ZoneDataStatus,
    private readonly clock: Clock,
    config: Config,
    loops: Loops,
  ) {
    const { ZONEINFO_DIRECTORY: directory } = config;
    this.watch = directory === undefined ? null : new ZoneinfoWatch(directory);
    this.intervalMs = Math.min(POLLS_BETWEEN_LOOKS * config.POLL_MS, 60_000);
    this.isScheduler = config.ROLES.includes('scheduler');
    const options = {
      name: 'zones',
      round: async () => ((await this.tick()) ? 0 : this.intervalMs),
      maxWaitMs: this.intervalMs,
    };
    // Where nobody plans, nobody waits for it either.
    this.loop = this.isScheduler ? loops.create(options) : new Loop(options);
  }

  /** Comes before any loop starts. A directory that cannot be used keeps the process from starting. */
  async onModuleInit(): Promise<void> {
    if (this.watch) this.use(await this.watch.read());
    while (await this.tick());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /**
   * Looks for newer data, or brings the next batch of jobs in line with those in use; answers
   * whether there may be another one. Public: tests drive it without the loop.
   */
  async tick(): Promise<boolean> {
    if (this.urgent.length === 0 && !this.isAligning) await this.begin();
    if (this.urgent.length > 0) await this.alignUrgent();
    else if (this.isAligning) await this.alignNext();
    if (this.urgent.length === 0) this.gate.open();

    const isMore = this.urgent.length > 0 || this.isAligning;
    if (!isMore) this.sum();
    return isMore;
  }

  private async begin(): Promise<void> {
    await this.lookForNewer();
    const isOutOfLine = await this.isOutOfLine();
    // The others can wait: nothing of them is planned yet, and nothing was due by the old data.
    if (isOutOfLine && this.gate.isClosed) {
      this.urgent = await this.realignments.urgent(await this.clock.read());
    }
    this.isAligning = isOutOfLine;
  }

  private async lookForNewer(): Promise<void> {
    const zoneinfo = await this.look();
    if (!zoneinfo || zoneinfo.data.version <= zoneDataVersion()) return;

    await this.gate.close();
    this.use(zoneinfo);
  }

  /** A directory that is gone, or half replaced, is no reason to stop: the present data go on. */
  private async look(): Promise<Zoneinfo | null> {
    try {
      const zoneinfo = (await this.watch?.look()) ?? null;
      this.isDirectoryLost = false;
      return zoneinfo;
    } catch (error) {
      const message = `${(error as Error).message}; going on with ${zoneDataVersion()}`;
      if (!this.isDirectoryLost) this.logger.warn({ message });
      this.isDirectoryLost = true;
      return null;
    }
  }

  private use({ data, leftOut }: Zoneinfo): void {
    useZoneData(newest(packagedZones, data));
    this.logger.log({ message: `Zone data ${zoneDataVersion()} of the ${zoneDataSource()}` });
    if (leftOut.length === 0) return;

    const named = leftOut.slice(0, MAX_NAMED).join('; ');
    this.logger.warn({ message: `${leftOut.length} zones were left out: ${named}` });
  }

  /** Whether there are jobs to bring in line with the data of this process. */
  private async isOutOfLine(): Promise<boolean> {
    const version = zoneDataVersion();
    const now = await this.clock.read();
    const state = await this.states.change((seen) =>
      this.isScheduler ? stateFor(version, seen, now) : seenByOlder(version, seen, now),
    );
    this.tell(state.version);
    return this.isScheduler && state.version === version && state.doneUpTo !== null;
  }

  private tell(stored: string): void {
    this.status.stored = stored === '' ? null : stored;
    if (!this.status.isBehind || this.newerThanOurs === stored) return;

    this.newerThanOurs = stored;
    const message = `Next instants derive from zone data ${stored}; this process has ${zoneDataVersion()}`;
    this.logger.warn({ message });
  }

  private async alignUrgent(): Promise<void> {
    const now = await this.clock.read();
    const ids = this.urgent.slice(0, BATCH);
    this.add(await this.realignments.alignThese(zoneDataVersion(), now, ids));
    this.urgent = this.urgent.slice(BATCH);
  }

  private async alignNext(): Promise<void> {
    const now = await this.clock.read();
    const batch = await this.realignments.alignNext(zoneDataVersion(), now, BATCH);
    this.add(batch);
    this.isAligning = batch.isMore;
  }

  private add({ moved, withdrawn }: Aligned): void {
    this.done = { moved: this.done.moved + moved, withdrawn: this.done.withdrawn + withdrawn };
  }

  private sum(): void {
    const { moved, withdrawn } = this.done;
    this.done = NOTHING_YET;
    if (moved + withdrawn === 0) return;
    const message = `Zone data ${zoneDataVersion()}: ${moved} next instants moved, ${withdrawn} planned runs withdrawn`;
    this.logger.log({ message, moved, withdrawn });
  }
}
