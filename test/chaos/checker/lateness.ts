import { type Fault, firstStart, type RunRow } from './evidence.ts';

/** Of times in milliseconds; all 0 when there are none. */
export interface Spread {
  count: number;
  p50: number;
  p99: number;
  max: number;
}

/** First starts of scheduled runs, by whether a fault came between the instant and the start. */
export interface Lateness {
  all: Spread;
  /** No fault was near. */
  outside: Spread;
  /** Within ten seconds after a fault began or ended. */
  afterFault: Spread;
  /** Later during a long fault. */
  rest: Spread;
}

/** How long a fault is felt. */
const AFTER_MS = 10_000;

/** Instants and what came of them, collected over all jobs. */
export class LatenessFigures {
  private readonly outside: number[] = [];
  private readonly afterFault: number[] = [];
  private readonly rest: number[] = [];
  private longestMs = 0;

  constructor(private readonly faults: readonly Fault[]) {}

  add(run: RunRow): void {
    if (run.trigger !== 'schedule' || run.ordinal > 0 || run.range_count !== null) return;
    const at = run.scheduled_for;
    if (run.finished_at !== null) this.longestMs = Math.max(this.longestMs, run.finished_at - at);
    if (run.attempt > 0) this.partOf(at, firstStart(run)).push(firstStart(run) - at);
  }

  /** The longest time from an instant to its verdict. */
  get finalWithinMs(): number {
    return this.longestMs;
  }

  get lateness(): Lateness {
    const { outside, afterFault, rest } = this;
    return {
      all: spreadOf([...outside, ...afterFault, ...rest]),
      outside: spreadOf(outside),
      afterFault: spreadOf(afterFault),
      rest: spreadOf(rest),
    };
  }

  private partOf(at: number, startedAt: number): number[] {
    let part = this.outside;
    for (const { from, to } of this.faults) {
      if (startedAt < from || at > to + AFTER_MS) continue;
      const isAtBegin = at <= from + AFTER_MS;
      const isAtEnd = startedAt >= to;
      if (isAtBegin || isAtEnd) return this.afterFault;
      part = this.rest;
    }
    return part;
  }
}

/** A share of the values lies at or below a percentile: the smallest value of which that is true. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const percentile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return {
    count: sorted.length,
    p50: percentile(0.5),
    p99: percentile(0.99),
    max: sorted.at(-1) ?? 0,
  };
}
