import { Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { INSTANCE } from '../common/instance.ts';
import type { Loop } from '../common/loop.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { Notifications } from '../database/notifications.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { AttemptRunner } from './attempt-runner.ts';
import { ClaimsRepository } from './claims.repository.ts';
import { InFlight } from './in-flight.ts';
import type { ClaimedRun } from './judge-claims.ts';
import { LateClaimsRepository } from './late-claims.repository.ts';
import { Leases } from './leases.ts';

/** Runs claimed in one transaction. */
const BATCH = 500;
/** Claims that are older are confirmed before anything starts: jobs may have been edited since. */
const FRESH_MS = 1_000;
/** Before another look at runs that are due but cannot be claimed at this moment. */
const LOCKED_PAUSE_MS = 10;
/** How long stopping waits for ends to be stored, beyond the grace time. */
const LAST_ENDS_MS = 1_000;

/** Claims due runs as long as it has places for them, and has them carried out. */
@Injectable()
export class Worker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Worker.name);
  private readonly loop: Loop;
  private waitsForPlace = false;

  constructor(
    private readonly claims: ClaimsRepository,
    private readonly lateClaims: LateClaimsRepository,
    private readonly runner: AttemptRunner,
    private readonly inFlight: InFlight,
    private readonly leases: Leases,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
    private readonly config: Config,
    notifications: Notifications,
    loops: Loops,
  ) {
    this.loop = loops.create({
      name: 'worker',
      round: () => this.round(),
      maxWaitMs: config.POLL_MS,
    });
    notifications.on('scheduler_runs', () => this.loop.wake());
    metrics.gauge(
      'scheduler_active_attempts',
      'Attempts under way in this instance.',
      () => inFlight.size,
    );
  }

  onApplicationBootstrap(): void {
    this.loop.start();
    this.leases.start();
  }

  /**
   * Claims no more, lets what runs go on for the grace time, and hands back what is left. The
   * leases are kept until then, or others would take the runs meanwhile.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
    await this.inFlight.settle(this.config.SHUTDOWN_GRACE_MS);
    await this.leases.handBack();
    // What has ended in the last moment is being stored, and needs the connections until then.
    await this.inFlight.settle(LAST_ENDS_MS);
    await this.leases.stop();
  }

  /** Claims one batch and answers whether more may be waiting. Public: tests drive it by hand. */
  async tick(): Promise<boolean> {
    const places = Math.min(BATCH, this.config.WORKER_CONCURRENCY - this.inFlight.size);
    this.waitsForPlace = places <= 0;
    if (this.waitsForPlace) return false;

    const now = await this.clock.read();
    const leaseUntil = new Date(now.getTime() + this.config.LEASE_MS);
    const askedAt = performance.now();
    const claim = { now, leaseUntil, limit: places, worker: INSTANCE };
    const claimed = await this.claims.claim(claim);
    const { due, skipped, runs } = claimed;
    this.metrics.runsTotal.inc({ status: 'skipped' }, skipped);
    await this.begin(runs, askedAt);
    await this.claims.release(claimed, now);
    return due === places && skipped + runs.length > 0;
  }

  /**
   * Begins the runs, unless this process stood still since it asked for them: before they were
   * here, or since a handler that was begun before them has blocked it.
   */
  private async begin(runs: readonly ClaimedRun[], askedAt: number): Promise<void> {
    let waiting = [...runs];
    let since = askedAt;
    while (waiting.length > 0) {
      if (performance.now() - since > FRESH_MS) {
        since = performance.now();
        waiting = await this.lateClaims.confirm(waiting, await this.clock.read());
      } else void this.carryOut(waiting.shift() as ClaimedRun);
    }
  }

  /** Answers how long to sleep: until the next waiting run is due, or a place becomes free. */
  private async round(): Promise<number> {
    const full = await this.tick();
    if (this.waitsForPlace) return this.config.POLL_MS;
    if (full) return 0;

    const earliest = await this.claims.earliestWaiting();
    if (!earliest) return this.config.POLL_MS;
    const waitMs = earliest.getTime() - this.clock.now().getTime();
    return waitMs > 0 ? waitMs : LOCKED_PAUSE_MS;
  }

  private async carryOut(run: ClaimedRun): Promise<void> {
    try {
      await this.runner.run(run);
    } catch (error) {
      this.logger.error({ message: 'An attempt broke', jobId: run.jobId, err: error });
    } finally {
      if (this.waitsForPlace) this.loop.wake();
    }
  }
}
