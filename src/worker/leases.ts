import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { INSTANCE } from '../common/instance.ts';
import type { Loop } from '../common/loop.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { Notifications } from '../database/notifications.ts';
import type { Attempt } from './attempt.ts';
import { CompletionsRepository, type HeldRun } from './completions.repository.ts';
import { keyOf } from './held-key.ts';
import { InFlight } from './in-flight.ts';

/** Signs of life per lease: two may get lost. */
const BEATS_PER_LEASE = 3;

/**
 * Keeps what runs here ours, and ends what no longer is: a run that was cancelled, or taken over
 * after a lease that could not be renewed in time.
 */
@Injectable()
export class Leases {
  private readonly logger = new Logger(Leases.name);
  private readonly loop: Loop;
  private readonly intervalMs: number;

  constructor(
    private readonly inFlight: InFlight,
    private readonly repository: CompletionsRepository,
    private readonly clock: Clock,
    private readonly config: Config,
    notifications: Notifications,
    loops: Loops,
  ) {
    this.intervalMs = config.LEASE_MS / BEATS_PER_LEASE;
    this.loop = loops.create({
      name: 'leases',
      round: () => this.round(),
      maxWaitMs: this.intervalMs,
    });
    notifications.on('scheduler_cancelled', (id) => this.cancelled(id));
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** Renews the lease of every attempt under way, and aborts those that are not ours any more. */
  async renew(): Promise<void> {
    const attempts = this.inFlight.underWay;
    if (attempts.length === 0) return;

    const now = await this.clock.read();
    const leaseUntil = new Date(now.getTime() + this.config.LEASE_MS);
    const renewed = await this.repository.renew(attempts.map(held), now, leaseUntil);
    const ours = new Set(renewed.map(keyOf));
    for (const attempt of attempts) {
      if (!ours.has(keyOf(attempt.run)) && !attempt.ended) this.lose(attempt);
    }
  }

  /**
   * Gives back what is still under way, for another worker to begin anew. When that cannot be
   * written, the leases end by themselves: a database that is away keeps nobody from stopping.
   */
  async handBack(): Promise<void> {
    const attempts = this.inFlight.underWay;
    if (attempts.length === 0) return;

    for (const attempt of attempts) attempt.abort('stopping');
    try {
      await this.repository.handBack(attempts.map(held), await this.clock.read(), INSTANCE);
      this.logger.log({ message: `Handed back ${attempts.length} runs` });
    } catch (error) {
      this.logger.warn({ message: `Could not hand back ${attempts.length} runs`, err: error });
    }
  }

  private async round(): Promise<number> {
    await this.renew();
    return this.intervalMs;
  }

  /** A run, or all living ones of a deleted job, by id; without one, ask about every run. */
  private cancelled(id: string): void {
    if (id === '') return this.loop.wake();
    this.inFlight.cancel(id);
  }

  private lose(attempt: Attempt): void {
    const { jobId, scheduledFor } = attempt.run;
    this.logger.warn({ message: 'A run is no longer ours', jobId, scheduledFor });
    attempt.abort('lease-lost');
  }
}

function held({ run, startedAt }: Attempt): HeldRun {
  const { jobId, scheduledFor, ordinal, fence, attempt } = run;
  return { jobId, scheduledFor, ordinal, fence, attempt, startedAt };
}
