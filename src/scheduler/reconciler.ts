import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { Loop } from '../common/loop.ts';
import { scheduleOf } from '../jobs/job-schedule.ts';
import { ReconcilerRepository, type StrayJob } from './reconciler.repository.ts';

const INTERVAL_MS = 30_000;
const BATCH = 500;

/**
 * Why a schedule cannot die: an active job that has lost its next instant, by whatever fault, is
 * found within the interval and goes on from the last instant that the ledger knows.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Reconciler.name);
  private readonly loop = new Loop({
    name: 'reconciler',
    round: () => this.round(),
    maxWaitMs: INTERVAL_MS,
  });

  constructor(
    private readonly repository: ReconcilerRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Repairs one batch and answers how many jobs got their next instant back. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    return this.repository.repair(BATCH, now, (job) => this.nextOf(job));
  }

  private async round(): Promise<number> {
    const repaired = await this.tick();
    if (repaired > 0) {
      this.logger.warn({ message: `${repaired} active jobs had no next instant; repaired` });
    }
    return repaired === BATCH ? 0 : INTERVAL_MS;
  }

  private nextOf(job: StrayJob): Date | null | undefined {
    try {
      const next = scheduleOf(job).next(job.settledUntil);
      return next === null && job.isWaiting ? undefined : next;
    } catch (error) {
      this.logger.error({ message: `Job ${job.id} cannot be read`, jobId: job.id, err: error });
      return undefined;
    }
  }
}
