import { Injectable, Logger } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnModuleInit,
} from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { Loop } from '../common/loop.ts';
import { type Partition, partitionOf, PartitionsRepository } from './partitions.repository.ts';

const INTERVAL_MS = 3_600_000;
/** After a failure: each try asks for a lock that everybody would queue up behind. */
const RETRY_MS = 300_000;
const WEEK_MS = 7 * 86_400_000;
/** This week and those that follow. */
const WEEKS_AHEAD = 4;

/**
 * Has the ledger's partitions ready weeks before they are needed. Should it fail all that time,
 * rows go to the default partition: slower to drop one day, but nothing is refused.
 */
@Injectable()
export class PartitionKeeper
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly logger = new Logger(PartitionKeeper.name);
  private readonly loop = new Loop({
    name: 'partitions',
    round: () => this.round(),
    maxWaitMs: INTERVAL_MS,
  });

  constructor(
    private readonly repository: PartitionsRepository,
    private readonly clock: Clock,
  ) {}

  /** Comes before any loop starts: rows that go to the default partition keep a week from getting its own. */
  async onModuleInit(): Promise<void> {
    await this.round().catch((error: unknown) =>
      this.logger.error({ message: 'No partitions yet; trying again', err: error }),
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async round(): Promise<number> {
    const now = (await this.clock.read()).getTime();
    const weeks = Array.from({ length: WEEKS_AHEAD + 1 }, (_, week) => now + week * WEEK_MS);
    const wanted = weeks.map((instant) => partitionOf(new Date(instant)));
    let failed = false;
    for (const partition of await this.repository.missing(wanted)) {
      failed = !(await this.create(partition)) || failed;
    }
    return failed ? RETRY_MS : INTERVAL_MS;
  }

  private async create(partition: Partition): Promise<boolean> {
    try {
      await this.repository.create(partition);
      this.logger.log({ message: `Created partition ${partition.name}` });
      return true;
    } catch (error) {
      this.logger.warn({ message: `No partition ${partition.name} yet`, err: error });
      return false;
    }
  }
}
