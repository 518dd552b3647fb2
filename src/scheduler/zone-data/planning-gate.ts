import { Injectable } from '@nestjs/common';

/**
 * Keeps this process from planning while its zone data change: a job that is due by the old data
 * must not be planned by the new ones before it has been brought in line with them.
 */
@Injectable()
export class PlanningGate {
  private closed = false;
  private readonly inside = new Set<Promise<unknown>>();

  get isClosed(): boolean {
    return this.closed;
  }

  /** Does `work`, or answers undefined without doing it while the gate is closed. */
  async pass<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.closed) return undefined;
    const passing = work();
    this.inside.add(passing);
    try {
      return await passing;
    } finally {
      this.inside.delete(passing);
    }
  }

  /** Lets nobody in any more, and returns when nobody is inside. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.inside);
  }

  open(): void {
    this.closed = false;
  }
}
