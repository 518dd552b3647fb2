import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { Loop } from '../common/loop.ts';
import { Config } from '../config/config.ts';
import { PrunerRepository } from './pruner.repository.ts';

const INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Rows deleted in one statement. */
const BATCH = 1_000;

/**
 * Forgets what is older than the retention: whole weeks of the ledger at a time, which costs the
 * same however much there is in them.
 */
@Injectable()
export class Pruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Pruner.name);
  private readonly loop = new Loop({
    name: 'pruner',
    round: () => this.round(),
    maxWaitMs: INTERVAL_MS,
  });

  constructor(
    private readonly repository: PrunerRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Forgets one batch of everything; answers whether there may be more. */
  async tick(): Promise<boolean> {
    const now = await this.clock.read();
    const before = new Date(now.getTime() - this.config.RETENTION_DAYS * DAY_MS);
    for (const partition of await this.repository.partitionsBefore(before)) {
      await this.drop(partition);
    }
    const strays = await this.repository.deleteStrays(before, BATCH);
    const jobs = await this.repository.forgetJobs(before, BATCH);
    return strays === BATCH || jobs === BATCH;
  }

  private async round(): Promise<number> {
    return (await this.tick()) ? 0 : INTERVAL_MS;
  }

  /** What cannot be dropped now, since somebody reads it or it holds a living run, is next time. */
  private async drop(partition: string): Promise<void> {
    try {
      const isGone = await this.repository.drop(partition);
      if (isGone) this.logger.log({ message: `Dropped partition ${partition}` });
    } catch (error) {
      this.logger.warn({ message: `Partition ${partition} is still there`, err: error });
    }
  }
}
