import type { Attempt } from './attempt.ts';

/** A timer that is so late was held up: something has blocked the event loop. */
const HELD_UP_MS = 100;
/** How long what has come in meanwhile may take to be read. */
const CATCH_UP_MS = 200;

/**
 * Ends an attempt at its time limit. When its timer was held up, so was the answer that may have
 * come in time: timers are first in each turn of the event loop, and a target that has answered
 * must not be asked again for that. Therefore the answer has a last chance then.
 */
export class TimeLimit {
  private readonly dueAt: number;
  private timer: NodeJS.Timeout;
  private immediate: NodeJS.Immediate | undefined;

  constructor(private readonly attempt: Attempt) {
    const { timeoutMs } = attempt.run;
    this.dueAt = performance.now() + timeoutMs;
    this.timer = setTimeout(() => this.reach(), timeoutMs);
  }

  /** The attempt has ended by itself. */
  lift(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
  }

  private reach(): void {
    if (performance.now() - this.dueAt < HELD_UP_MS) this.attempt.abort('timeout');
    else this.timer = setTimeout(() => this.expire(), CATCH_UP_MS);
  }

  /** Comes after everything that is there to be read, also when this timer was held up in turn. */
  private expire(): void {
    this.immediate = setImmediate(() => this.attempt.abort('timeout'));
  }
}
