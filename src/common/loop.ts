import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { Waiter } from './waiter.ts';

/** Pause after a round that failed: long enough not to storm a database that is down. */
const PAUSE_AFTER_FAILURE_MS = 500;

export interface LoopOptions {
  /** As it appears in logs and in the answer of the readiness probe. */
  name: string;
  /** One round. Answers in how many milliseconds the next one is wanted; 0 means at once. */
  round: () => Promise<number>;
  /** The longest sleep: the safety net under every wake-up that may get lost. */
  maxWaitMs: number;
}

/**
 * Repeats a round until it is stopped: sleeps as long as the round asked for, wakes early when
 * told, and outlives every failed round.
 */
export class Loop {
  readonly name: string;
  private readonly logger: Logger;
  private readonly waiter = new Waiter();
  private running: Promise<void> | undefined;
  private stopping = false;
  private lastRoundAt = performance.now();
  private failing = false;

  constructor(private readonly options: LoopOptions) {
    this.name = options.name;
    this.logger = new Logger(`Loop ${options.name}`);
  }

  start(): void {
    this.running ??= this.repeat();
  }

  wake(): void {
    this.waiter.wake();
  }

  /** Returns when the round under way is over. Stopping twice, or before the start, is harmless. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waiter.wake();
    await this.running;
  }

  /** Milliseconds since a round last came to its end without an error. */
  get silentMs(): number {
    return performance.now() - this.lastRoundAt;
  }

  /** Whether rounds fail, or none has ended for much longer than a sleep may take. */
  get stalled(): boolean {
    return this.failing || this.silentMs > 2 * this.options.maxWaitMs + 5_000;
  }

  private async repeat(): Promise<void> {
    while (!this.stopping) {
      const waitMs = await this.guardedRound();
      if (!this.stopping) await this.waiter.wait(Math.min(waitMs, this.options.maxWaitMs));
    }
  }

  private async guardedRound(): Promise<number> {
    try {
      const waitMs = await this.options.round();
      this.lastRoundAt = performance.now();
      this.failing = false;
      return waitMs;
    } catch (error) {
      // Said once for a row of failures: a database that is away for an hour is one event.
      if (!this.failing) this.logger.error({ message: 'A round failed; trying again', err: error });
      this.failing = true;
      return PAUSE_AFTER_FAILURE_MS;
    }
  }
}
