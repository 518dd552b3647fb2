import { weekdayOf } from './civil.ts';

/** Days from the first to the last, both included. */
export interface Stretch {
  from: number;
  to: number;
}

const WEEK = [0, 1, 2, 3, 4, 5, 6] as const;

/**
 * A set of days: some weekdays of every week, and any number of stretches. Each question costs one
 * binary search, however many days are listed; days count from 1970-01-01.
 */
export class ListedDays {
  /** First and last days of the stretches, in order. Between any two lies a day that is not listed. */
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];
  /** By weekday: how many days it is to the nearest one of the kind, itself included. */
  private readonly toListed: readonly number[];
  private readonly toFree: readonly number[];
  private readonly sinceListed: readonly number[];
  private readonly sinceFree: readonly number[];

  /** @param weekdays 0 for Sunday to 6 for Saturday. */
  constructor(weekdays: ReadonlySet<number>, stretches: readonly Stretch[]) {
    const isListed = (weekday: number) => weekdays.has(weekday);
    const isFree = (weekday: number) => !weekdays.has(weekday);
    this.toListed = distances(1, isListed);
    this.toFree = distances(1, isFree);
    this.sinceListed = distances(-1, isListed);
    this.sinceFree = distances(-1, isFree);
    for (const stretch of [...stretches].sort((one, other) => one.from - other.from)) {
      this.add(stretch);
    }
  }

  has(day: number): boolean {
    return this.toListed[weekdayOf(day)] === 0 || day <= this.endOf(this.stretchBy(day));
  }

  /** The first listed day from `day` on, or Infinity. */
  next(day: number): number {
    const stretch = this.stretchBy(day);
    if (day <= this.endOf(stretch)) return day;
    return Math.min(day + this.toListed[weekdayOf(day)]!, this.starts[stretch + 1] ?? Infinity);
  }

  /** The last listed day up to `day`, or -Infinity. */
  previous(day: number): number {
    const end = this.endOf(this.stretchBy(day));
    return day <= end ? day : Math.max(day - this.sinceListed[weekdayOf(day)]!, end);
  }

  /** The first day from `day` on that is not listed, or Infinity. */
  nextFree(day: number): number {
    if (this.isComplete) return Infinity;
    const free = day + this.toFree[weekdayOf(day)]!;
    const end = this.endOf(this.stretchBy(free));
    return free > end ? free : end + 1 + this.toFree[weekdayOf(end + 1)]!;
  }

  /** The last day up to `day` that is not listed, or -Infinity. */
  previousFree(day: number): number {
    if (this.isComplete) return -Infinity;
    const free = day - this.sinceFree[weekdayOf(day)]!;
    const stretch = this.stretchBy(free);
    if (free > this.endOf(stretch)) return free;
    const before = this.starts[stretch]! - 1;
    return before - this.sinceFree[weekdayOf(before)]!;
  }

  /** Whether every weekday is listed. */
  private get isComplete(): boolean {
    return this.toFree[0] === Infinity;
  }

  /** Stretches come in order of their start. One that leaves no free day before it is joined on. */
  private add({ from, to }: Stretch): void {
    const last = this.starts.length - 1;
    const end = this.endOf(last);
    const nextFree = end + 1 + (last < 0 ? 0 : this.toFree[weekdayOf(end + 1)]!);
    if (last >= 0 && from <= nextFree) {
      this.ends[last] = Math.max(end, to);
      return;
    }
    this.starts.push(from);
    this.ends.push(to);
  }

  /** The last stretch that starts by `day`, or -1. */
  private stretchBy(day: number): number {
    let low = -1;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= day) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private endOf(stretch: number): number {
    return this.ends[stretch] ?? -Infinity;
  }
}

/** For each weekday how far it is, forward or backward, to one that `matches`. */
function distances(direction: 1 | -1, matches: (weekday: number) => boolean): number[] {
  return WEEK.map((weekday) => {
    const distance = WEEK.find((days) => matches((weekday + direction * days + 7) % 7));
    return distance ?? Infinity;
  });
}
