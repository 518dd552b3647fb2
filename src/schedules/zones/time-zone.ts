import type { Transitions } from './packed-zone.ts';
import { YearlyRule } from './yearly-rule.ts';

/**
 * What the clocks of one zone show. Time is cut into numbered *spans* of constant offset, from
 * the indefinite past to the indefinite future; a lasting rule supplies spans as far ahead as
 * somebody asks. All times are seconds since 1970.
 */
export class TimeZone {
  private readonly starts: number[];
  private readonly offsets: number[];
  private readonly rule: YearlyRule | null;
  private nextYear: number;

  constructor(
    readonly name: string,
    listed: Transitions,
  ) {
    this.starts = [...listed.starts];
    this.offsets = [...listed.offsets];
    this.rule = YearlyRule.behind(listed);
    this.nextYear = this.rule?.firstYear ?? Infinity;
  }

  /** The span that holds an instant. */
  spanAt(instant: number): number {
    if (this.rule) this.extend(this.rule, instant);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= instant) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first second of a span; -Infinity for the first one. */
  startOf(span: number): number {
    return this.starts[span] ?? Infinity;
  }

  /** The first second after a span; Infinity for the last one. */
  endOf(span: number): number {
    return this.starts[span + 1] ?? Infinity;
  }

  /** What the local clock shows minus UTC; before the first and after the last span, as there. */
  offsetOf(span: number): number {
    return this.offsets[Math.max(0, Math.min(span, this.offsets.length - 1))]!;
  }

  offsetAt(instant: number): number {
    return this.offsetOf(this.spanAt(instant));
  }

  /** Adds years until the span of the instant has an end. */
  private extend(rule: YearlyRule, instant: number): void {
    while (instant >= this.starts[this.starts.length - 1]!) {
      for (const { at, offset } of rule.in(this.nextYear)) {
        this.starts.push(at);
        this.offsets.push(offset);
      }
      this.nextYear += 1;
    }
  }
}
