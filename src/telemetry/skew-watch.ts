import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Loop } from '../common/loop.ts';
import { DatabaseClock } from '../database/database-clock.ts';

const INTERVAL_MS = 10_000;
/** Far more than clocks differ by that somebody looks after. */
const FAR_MS = 30_000;

/**
 * Says so when the clock of this host is far from that of the database. Nothing here goes by it,
 * but the times in the log do, and whatever else runs on this host. Said once, and again only when
 * the clock was right in between.
 */
@Injectable()
export class SkewWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SkewWatch.name);
  private readonly loop = new Loop({
    name: 'skew',
    round: async () => {
      this.look();
      return INTERVAL_MS;
    },
    maxWaitMs: INTERVAL_MS,
  });
  private isFar = false;

  constructor(private readonly clock: DatabaseClock) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Public: tests drive it without the loop. */
  look(): void {
    const skewMs = this.clock.skewMs();
    const wasFar = this.isFar;
    this.isFar = Math.abs(skewMs) > FAR_MS;
    if (this.isFar && !wasFar) this.warn(Math.round(skewMs / 1_000));
  }

  private warn(skewSeconds: number): void {
    const side = skewSeconds > 0 ? 'ahead of' : 'behind';
    const message = `The clock of this host is ${Math.abs(skewSeconds)} s ${side} the database`;
    this.logger.warn({ message, skewSeconds });
  }
}
