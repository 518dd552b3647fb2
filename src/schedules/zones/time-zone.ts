import type { Transitions } from './transitions.ts';
import { YearlyRule } from './yearly-rule.ts';

/**
 * What the clocks of one zone show. Time is cut into numbered *spans* of constant offset, from
 * the indefinite past to the indefinite future: those of a list, and behind it those of a lasting
 * rule, which are worked out when somebody asks. All times are seconds since 1970.
 */
export class TimeZone {
  private readonly starts: readonly number[];
  private readonly offsets: readonly number[];

  /** @param rule what comes behind the list; found out from the list itself when left out. */
  constructor(
    readonly name: string,
    listed: Transitions,
    private readonly rule: YearlyRule | null = YearlyRule.behind(listed),
  ) {
    this.starts = [...listed.starts];
    this.offsets = [...listed.offsets];
  }

  /** The span that holds an instant. */
  spanAt(instant: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    if (this.rule && instant >= this.starts[high]!) return high + this.rule.countUpTo(instant);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first second of a span; -Infinity for the first one. */
  startOf(span: number): number {
    const listed = this.starts[span];
    if (listed !== undefined) return listed;
    return this.rule ? this.rule.change(span - this.starts.length).at : Infinity;
  }

  /** The first second after a span; Infinity for the last one. */
  endOf(span: number): number {
    return this.startOf(span + 1);
  }

  /** What the local clock shows minus UTC; before the first and after the last span, as there. */
  offsetOf(span: number): number {
    const last = this.offsets.length - 1;
    if (span > last && this.rule) return this.rule.change(span - last - 1).offset;
    return this.offsets[Math.max(0, Math.min(span, last))]!;
  }

  offsetAt(instant: number): number {
    return this.offsetOf(this.spanAt(instant));
  }
}
