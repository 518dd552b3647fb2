import { Injectable } from '@nestjs/common';
import { Waiter } from '../common/waiter.ts';
import type { Attempt } from './attempt.ts';

/**
 * The attempts of this process whose end is not in the ledger yet; each holds a place. There can be
 * two of one run: after a lease that ended, its next attempt may come to the same worker.
 */
@Injectable()
export class InFlight {
  private readonly attempts = new Set<Attempt>();
  private readonly emptied = new Waiter();

  get size(): number {
    return this.attempts.size;
  }

  /** Those whose handler is still at work. */
  get underWay(): Attempt[] {
    return [...this.attempts].filter(({ ended }) => !ended);
  }

  add(attempt: Attempt): void {
    this.attempts.add(attempt);
  }

  remove(attempt: Attempt): void {
    this.attempts.delete(attempt);
    if (this.attempts.size === 0) this.emptied.wake();
  }

  /** Resolves when nothing is left, or after `ms`. */
  async settle(ms: number): Promise<void> {
    if (this.attempts.size === 0) return;
    this.emptied.rest();
    await this.emptied.wait(ms);
  }
}
