import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { INSTANCE } from '../../common/instance.ts';
import { Config } from '../../config/config.ts';
import { DATABASE_URL } from '../../database/tokens.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { KeptThread } from './kept-thread.ts';
import { Pulse } from './pulse.ts';
import { standInSession } from './stand-in-session.ts';
import type { Orders } from './stand-in.ts';
import { type Pace, paceOf } from './watch.ts';

const THREAD = new URL('./stand-in-thread.js', import.meta.url);
/** Node loads no TypeScript into a thread: code that was not compiled, as in tests, has none. */
const IS_COMPILED = import.meta.url.endsWith('.js');

/** It holds one connection and looks at one number. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };
const PAUSE_AFTER_BREAK_MS = 5_000;

/**
 * Shows that the event loop turns, and has a stand-in in a thread of its own that keeps the leases
 * of this process while it does not. Says afterwards how long that was. It ends last of all, so
 * that stopping is covered as well.
 */
@Injectable()
export class SignsOfLife implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SignsOfLife.name);
  private readonly pulse = new Pulse();
  private readonly pace: Pace;
  private readonly thread: KeptThread;
  private beating: NodeJS.Timeout | undefined;
  private beatenAt = performance.now();

  constructor(
    { LEASE_MS: leaseMs }: Config,
    @Inject(DATABASE_URL) url: string,
    private readonly metrics: Metrics,
  ) {
    const orders: Orders = {
      connection: standInSession(url, leaseMs),
      worker: INSTANCE,
      leaseMs,
      memory: this.pulse.memory,
    };
    this.pace = paceOf(leaseMs);
    this.thread = new KeptThread({
      file: THREAD,
      worker: { name: 'stand-in', workerData: orders, resourceLimits: RESOURCE_LIMITS },
      pauseMs: PAUSE_AFTER_BREAK_MS,
      onMessage: (err) => this.logger.warn({ message: 'The stand-in could not renew leases', err }),
      onBroken: (err) => this.logger.error({ message: 'The stand-in broke; starting again', err }),
    });
  }

  onApplicationBootstrap(): void {
    this.beatenAt = performance.now();
    this.beating = setInterval(() => this.beat(), this.pace.beatMs).unref();
    if (IS_COMPILED) this.thread.start();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.beating);
    await this.thread.stop();
  }

  /** Shows a sign of life, and reports the silence before it if there was one. */
  beat(): void {
    const now = performance.now();
    const silentMs = now - this.beatenAt;
    this.beatenAt = now;
    this.pulse.beat();
    if (silentMs > this.pace.silenceMs) this.report(silentMs);
  }

  private report(silentMs: number): void {
    const { renewals, kept } = this.pulse.takeRenewals();
    this.metrics.eventLoopBlocked.inc(silentMs / 1_000);
    this.metrics.standInRenewals.inc(renewals);
    this.logger.warn({
      message: 'The event loop stood still',
      blockedMs: Math.round(silentMs),
      leasesKept: kept,
    });
  }
}
