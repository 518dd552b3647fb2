import { Injectable } from '@nestjs/common';
import { Waiter } from '../common/waiter.ts';
import type { RunKey } from '../runs/run.ts';
import { type Attempt, keyOf } from './attempt.ts';

/** The attempts of this process whose end is not in the ledger yet; each holds a place. */
@Injectable()
export class InFlight {
  private readonly attempts = new Map<string, Attempt>();
  private readonly emptied = new Waiter();

  get size(): number {
    return this.attempts.size;
  }

  /** Those whose handler is still at work. */
  get underWay(): Attempt[] {
    return [...this.attempts.values()].filter(({ ended }) => !ended);
  }

  add(attempt: Attempt): void {
    this.attempts.set(keyOf(attempt.run), attempt);
  }

  remove(attempt: Attempt): void {
    this.attempts.delete(keyOf(attempt.run));
    if (this.attempts.size === 0) this.emptied.wake();
  }

  get(key: RunKey): Attempt | undefined {
    return this.attempts.get(keyOf(key));
  }

  /** Resolves when nothing is left, or after `ms`. */
  async settle(ms: number): Promise<void> {
    if (this.attempts.size === 0) return;
    this.emptied.rest();
    await this.emptied.wait(ms);
  }
}
