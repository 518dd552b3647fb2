/**
 * The rule that says when: a set of instants, asked by position in time. Immutable and pure;
 * the same question always has the same answer, until the zone data change.
 * Instants lie between 1970 and 9999.
 */
export abstract class Schedule {
  /** Nicknames such as `@daily` are cron. */
  abstract readonly kind: 'cron' | 'interval' | 'once' | 'rrule';

  /** The first instant strictly later than `after`, or null when there is none. */
  abstract next(after: Date): Date | null;

  /** The last instant at or before `notAfter`, or null when there is none. */
  abstract latest(notAfter: Date): Date | null;

  /** How many instants lie in (after, notAfter]; the cost hardly grows with their number. */
  abstract count(after: Date, notAfter: Date): number;
}

/** The first `count` instants strictly later than `after`; fewer when the schedule ends. */
export function upcoming(schedule: Schedule, after: Date, count: number): Date[] {
  const instants: Date[] = [];
  let next = count > 0 ? schedule.next(after) : null;
  while (next) {
    instants.push(next);
    next = instants.length < count ? schedule.next(next) : null;
  }
  return instants;
}

/** Milliseconds since 1970 of a date that really is one: NaN would compare false with everything. */
export function epochMs(date: Date): number {
  const ms = date.getTime();
  if (Number.isNaN(ms)) throw new RangeError('A schedule was asked about an invalid date');
  return ms;
}
