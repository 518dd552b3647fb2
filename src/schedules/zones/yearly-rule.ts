import { SECONDS_PER_DAY, dayOf, monthOf, monthStart, weekdayOf } from '../civil.ts';
import type { Transition, Transitions } from './transitions.ts';

/** After at most so many years a date has fallen on every weekday. */
const YEARS_OBSERVED = 12;

/**
 * Zone data end somewhere, the law behind them does not. A zone whose list goes on until here
 * follows a lasting rule; one that ends before has given up changing its clock.
 */
export const LASTING_FROM_YEAR = 2037;

/** The day of a year, counted from 1970-01-01, on which something happens. */
export type YearlyDate = (year: number) => number;

/** One change a year: on a date, at a time of day that the clock shows before it. */
export class YearlyChange {
  constructor(
    private readonly date: YearlyDate,
    /** Seconds since midnight; may lie outside of the day. */
    private readonly timeOfDay: number,
    private readonly offsetBefore: number,
    private readonly offsetAfter: number,
  ) {}

  in(year: number): Transition {
    const at = this.date(year) * SECONDS_PER_DAY + this.timeOfDay - this.offsetBefore;
    return { at, offset: this.offsetAfter };
  }
}

/** Both changes of a year, in its order. */
export type YearlyChanges = readonly [YearlyChange, YearlyChange];

/** Both changes of a zone with summer time, for the years that no list covers. */
export class YearlyRule {
  constructor(
    private readonly changes: YearlyChanges,
    /** The first year that the rule has to supply. */
    private readonly firstYear: number,
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
    const [first, second] = [0, 1].map((half) => infer(observed.filter((_, i) => i % 2 === half)));
    const rule = new YearlyRule([first!, second!], lastYear + 1);
    return rule.explains(observed, lastYear) ? rule : null;
  }

  /** One of the changes behind the list, counted from 0. */
  change(index: number): Transition {
    return this.changes[index & 1]!.in(this.firstYear + (index >> 1));
  }

  /** How many of the changes behind the list have come by an instant. */
  countUpTo(instant: number): number {
    // Local years do not begin when those of UTC do, so that this may be one too many.
    let count = Math.max(0, (yearOf(instant) - this.firstYear) * 2);
    while (count > 0 && this.change(count - 1).at > instant) count -= 1;
    while (this.change(count).at <= instant) count += 1;
    return count;
  }

  /** An inferred rule counts only when it gives exactly what it was inferred from. */
  private explains(observed: readonly Transition[], lastYear: number): boolean {
    return observed.every((seen, index) => {
      const year = lastYear - YEARS_OBSERVED + 1 + (index >> 1);
      const expected = this.changes[index & 1]!.in(year);
      return expected.at === seen.at && expected.offset === seen.offset;
    });
  }
}

/**
 * The first given weekday on or after a day of a month.
 * @param month 0 to 11.
 * @param weekday 0 for Sunday to 6 for Saturday.
 */
export function firstWeekdayFrom(month: number, dayOfMonth: number, weekday: number): YearlyDate {
  return (year) => {
    const earliest = monthStart(year * 12 + month) + dayOfMonth - 1;
    return earliest + ((weekday - weekdayOf(earliest) + 7) % 7);
  };
}

/** The year in which an instant lies, in UTC; 1970 for all before. */
export function yearOf(seconds: number): number {
  return (monthOf(dayOf(Math.max(seconds, 0))) / 12) | 0;
}

/** All of a kind fall on one weekday within one week of the year: its earliest date is the rule. */
function infer(seen: readonly (Transition & { before: number })[]): YearlyChange {
  const dates = seen.map(({ at, before }) => dayOf(at + before));
  const keys = dates.map((day) => (monthOf(day) % 12) * 32 + day - monthStart(monthOf(day)) + 1);
  const earliest = Math.min(...keys);
  const { at, before, offset } = seen[0]!;
  const local = at + before;
  return new YearlyChange(
    firstWeekdayFrom(earliest >> 5, earliest & 31, weekdayOf(dates[0]!)),
    local - dayOf(local) * SECONDS_PER_DAY,
    before,
    offset,
  );
}
