import { performance } from 'node:perf_hooks';
import { Logger } from '@nestjs/common';
import { FailureRow } from './failure-row.ts';
import { isUnavailable } from './unavailable.ts';
import { Waiter } from './waiter.ts';

/** Pause after a round that failed: long enough not to storm a database that is down. */
const PAUSE_AFTER_FAILURE_MS = 500;
/** A round is a few statements, each of which has limits of its own well below this. */
const ROUND_LIMIT_MS = 15_000;
/** How late a sleep may end before it counts: timers of a busy process are late. */
const OVERSLEEP_MS = 5_000;

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
  private failing = false;
  private readonly outages = new FailureRow();
  private readonly faults = new FailureRow();
  /** When the round or the sleep under way has to be over. */
  private deadline = Infinity;

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

  /** Whether rounds fail, or one does not come to its end, or none begins any more. */
  get stalled(): boolean {
    return this.failing || performance.now() > this.deadline;
  }

  private async repeat(): Promise<void> {
    while (!this.stopping) {
      this.expectWithin(ROUND_LIMIT_MS);
      const waitMs = Math.min(await this.guardedRound(), this.options.maxWaitMs);
      this.expectWithin(waitMs + OVERSLEEP_MS);
      if (!this.stopping) await this.waiter.wait(waitMs);
    }
  }

  private expectWithin(ms: number): void {
    this.deadline = performance.now() + ms;
  }

  private async guardedRound(): Promise<number> {
    try {
      const waitMs = await this.options.round();
      this.failing = false;
      return waitMs;
    } catch (error) {
      this.failing = true;
      this.report(error);
      return PAUSE_AFTER_FAILURE_MS;
    }
  }

  /** Said once for a row of failures, and apart for what is to be expected and what is not. */
  private report(error: unknown): void {
    const said = { message: 'A round failed; trying again', err: error };
    if (!isUnavailable(error)) {
      if (this.faults.begins()) this.logger.error(said);
    } else if (this.outages.begins()) this.logger.warn(said);
  }
}
