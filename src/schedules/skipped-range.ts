import type { Schedule } from './schedule.ts';

/** Instants that get no run: the first, the last, and how many there are from one to the other. */
export interface SkippedRange {
  from: Date;
  to: Date;
  count: number;
}

/** All instants in (after, notAfter], or null when there are none. */
export function rangeBetween(schedule: Schedule, after: Date, notAfter: Date): SkippedRange | null {
  const from = schedule.next(after);
  const to = schedule.latest(notAfter);
  if (!from || !to || from > to) return null;
  return { from, to, count: schedule.count(after, notAfter) };
}

/** What is left of a range when instants in it are accounted for already; `taken` is in order. */
export function rangeWithout(
  schedule: Schedule,
  range: SkippedRange,
  taken: readonly Date[],
): SkippedRange[] {
  if (taken.length === 0) return [range];
  const before = (instant: Date) => new Date(instant.getTime() - 1);
  const ends = [...taken.map(before), range.to];
  return [before(range.from), ...taken].flatMap((after, index) => {
    const part = rangeBetween(schedule, after, ends[index] as Date);
    return part ? [part] : [];
  });
}
