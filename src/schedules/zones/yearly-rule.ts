import { SECONDS_PER_DAY, dayOf, monthOf, monthStart, weekdayOf } from '../civil.ts';
import type { Transitions } from './packed-zone.ts';

/** The moment at which a zone's clock is moved, and the offset that holds from then on. */
export interface Transition {
  readonly at: number;
  readonly offset: number;
}

/** After at most so many years a date has fallen on every weekday. */
const YEARS_OBSERVED = 12;

/**
 * Zone data end somewhere, the law behind them does not. A zone whose list goes on until here
 * follows a lasting rule; one that ends before has given up changing its clock.
 */
const LASTING_FROM_YEAR = 2037;

/** One change a year: on the first given weekday on or after a date, at a time of day. */
class YearlyChange {
  constructor(
    private readonly monthOfYear: number,
    private readonly dayOfMonth: number,
    private readonly weekday: number,
    private readonly timeOfDay: number,
    private readonly offsetBefore: number,
    private readonly offsetAfter: number,
  ) {}

  in(year: number): Transition {
    const earliest = monthStart(year * 12 + this.monthOfYear) + this.dayOfMonth - 1;
    const day = earliest + ((this.weekday - weekdayOf(earliest) + 7) % 7);
    const at = day * SECONDS_PER_DAY + this.timeOfDay - this.offsetBefore;
    return { at, offset: this.offsetAfter };
  }
}

/** Both changes of a zone with summer time, for years that no list covers. */
export class YearlyRule {
  private constructor(
    private readonly changes: readonly YearlyChange[],
    /** The first year that the rule has to supply. */
    readonly firstYear: number,
  ) {}

  /** The rule behind the end of a list, or null where the clock is not moved any more. */
  static behind({ starts, offsets }: Transitions): YearlyRule | null {
    const listed = starts.length - 1;
    const lastYear = yearOf((starts[listed] ?? 0) + (offsets[listed] ?? 0));
    if (lastYear < LASTING_FROM_YEAR || listed < 2 * YEARS_OBSERVED) return null;

    const observed = Array.from({ length: 2 * YEARS_OBSERVED }, (_, index) => {
      const place = starts.length - 2 * YEARS_OBSERVED + index;
      return { at: starts[place]!, before: offsets[place - 1]!, offset: offsets[place]! };
    });
    const rule = new YearlyRule(
      [observed.filter((_, i) => i % 2 === 0), observed.filter((_, i) => i % 2 === 1)].map(infer),
      lastYear + 1,
    );
    return rule.explains(observed, lastYear) ? rule : null;
  }

  in(year: number): Transition[] {
    return this.changes.map((change) => change.in(year)).sort((a, b) => a.at - b.at);
  }

  /** An inferred rule counts only when it gives exactly what it was inferred from. */
  private explains(observed: readonly Transition[], lastYear: number): boolean {
    return observed.every((seen, index) => {
      const year = lastYear - YEARS_OBSERVED + 1 + (index >> 1);
      const expected = this.in(year)[index % 2];
      return expected?.at === seen.at && expected.offset === seen.offset;
    });
  }
}

/** All of a kind fall on one weekday within one week of the year: its earliest date is the rule. */
function infer(seen: readonly (Transition & { before: number })[]): YearlyChange {
  const dates = seen.map(({ at, before }) => dayOf(at + before));
  const keys = dates.map((day) => (monthOf(day) % 12) * 32 + day - monthStart(monthOf(day)) + 1);
  const earliest = Math.min(...keys);
  const { at, before, offset } = seen[0]!;
  const local = at + before;
  return new YearlyChange(
    earliest >> 5,
    earliest & 31,
    weekdayOf(dates[0]!),
    local - dayOf(local) * SECONDS_PER_DAY,
    before,
    offset,
  );
}

function yearOf(seconds: number): number {
  return (monthOf(dayOf(Math.max(seconds, 0))) / 12) | 0;
}
