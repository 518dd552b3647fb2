import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Waiter } from '../common/waiter.ts';
import { runId } from '../runs/run-id.ts';
import type { Attempt } from './attempt.ts';

/**
 * The attempts of this process whose end is not in the ledger yet; each holds a place. There can be
 * two of one run: after a lease that ended, its next attempt may come to the same worker.
 */
@Injectable()
export class InFlight {
  private readonly attempts = new Set<Attempt>();
  private readonly emptied = new Waiter();
  /** Ids of runs and jobs that will not be started again. */
  private readonly cancelled = new LRUCache<string, true>({ max: 10_000, ttl: 60_000 });

  get size(): number {
    return this.attempts.size;
  }

  /** Those whose handler is still at work. */
  get underWay(): Attempt[] {
    return [...this.attempts].filter(({ ended }) => !ended);
  }

  add(attempt: Attempt): void {
    this.attempts.add(attempt);
    if (this.cancelled.size > 0 && this.wasCancelled(attempt)) attempt.abort('cancelled');
  }

  /**
   * Ends the run of that id, or all runs of a job that was deleted. The news can be quicker than
   * the answer of the claim that has taken the run, so it is remembered for a while.
   */
  cancel(id: string): void {
    this.cancelled.set(id, true);
    for (const attempt of this.underWay) {
      const { run } = attempt;
      if (id === runId(run) || id === String(run.jobId)) attempt.abort('cancelled');
    }
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

  private wasCancelled({ run }: Attempt): boolean {
    return this.cancelled.has(runId(run)) || this.cancelled.has(String(run.jobId));
  }
}
