import { Schedule, epochMs } from '../schedule.ts';

/** 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
export const FIRST_SECOND = 0;
export const LAST_SECOND = 253_402_300_799;

/** A schedule whose instants are whole seconds between two instants, both included. */
export abstract class SecondSchedule extends Schedule {
  constructor(
    readonly first: number,
    readonly last: number,
  ) {
    super();
  }

  next(after: Date): Date | null {
    const from = Math.max(this.first, Math.floor(epochMs(after) / 1000) + 1);
    const found = from <= this.last ? this.firstFrom(from) : Infinity;
    return found <= this.last ? new Date(found * 1000) : null;
  }

  latest(notAfter: Date): Date | null {
    const upTo = Math.min(this.last, Math.floor(epochMs(notAfter) / 1000));
    const found = upTo >= this.first ? this.lastUpTo(upTo) : -Infinity;
    return found >= this.first ? new Date(found * 1000) : null;
  }

  count(after: Date, notAfter: Date): number {
    const from = Math.max(this.first, Math.floor(epochMs(after) / 1000) + 1);
    const to = Math.min(this.last, Math.floor(epochMs(notAfter) / 1000)) + 1;
    return from < to ? this.countBetween(from, to) : 0;
  }

  /** The first instant from a second on; later than the last one, or Infinity, when none is left. */
  protected abstract firstFrom(second: number): number;

  /** The last instant up to a second; before the first one, or -Infinity, when there is none. */
  protected abstract lastUpTo(second: number): number;

  /** How many instants there are from one second on and before another. */
  protected abstract countBetween(from: number, to: number): number;
}
