import { performance } from 'node:perf_hooks';

/** As long as nothing fails, a row of failures is over. */
const QUIET_MS = 10_000;

/**
 * Tells the first of a row of failures from those that follow: a database that is away for an hour
 * is one event, and one line in the log.
 */
export class FailureRow {
  private lastAt = -Infinity;

  /** Counts one more failure, and answers whether it is the first of its row. */
  begins(): boolean {
    const now = performance.now();
    const isFirst = now - this.lastAt > QUIET_MS;
    this.lastAt = now;
    return isFirst;
  }
}
