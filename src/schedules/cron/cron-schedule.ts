import { Schedule, epochMs } from '../schedule.ts';
import { WIDEST_SHIFT, type Piece, type Timeline } from '../zones/timeline.ts';
import type { LocalTimes } from './local-times.ts';

/** 1970-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const FIRST = 0;
const LAST = 253_402_300_799;

/**
 * How far a search goes, in seconds: 600 years. Calendar and lasting zone rules repeat after
 * 400, and all zones follow theirs for that long within this reach: what is not found here,
 * such as a time that always falls into a gap and is left out, does not exist.
 */
const REACH = 600 * 365.2425 * 86_400;

/**
 * Listed local times laid over the timeline of a zone. Works piece by piece in whole seconds,
 * and within a piece by arithmetic; a piece that cannot hold a listed time is jumped over.
 */
export class CronSchedule extends Schedule {
  readonly kind = 'cron';

  constructor(
    readonly times: LocalTimes,
    readonly timeline: Timeline,
  ) {
    super();
  }

  next(after: Date): Date | null {
    let at = Math.max(FIRST, Math.floor(epochMs(after) / 1000) + 1);
    const last = Math.min(LAST, at + REACH);
    while (at <= last) {
      const piece = this.timeline.pieceAt(at);
      const found = this.firstIn(piece, at);
      if (found < piece.end) return found <= LAST ? new Date(found * 1000) : null;
      // Between here and the local time found nothing is listed. Where the next pieces show
      // later local times than here, only the one that can show that time matters.
      const settled = piece.end - at >= WIDEST_SHIFT;
      at = settled ? Math.max(piece.end, found - WIDEST_SHIFT) : piece.end;
    }
    return null;
  }

  latest(notAfter: Date): Date | null {
    let at = Math.min(LAST, Math.floor(epochMs(notAfter) / 1000));
    const first = Math.max(FIRST, at - REACH);
    while (at >= first) {
      const piece = this.timeline.pieceAt(at);
      const found = this.lastIn(piece, at);
      if (found >= piece.start) return found >= FIRST ? new Date(found * 1000) : null;
      const settled = at - piece.start >= WIDEST_SHIFT;
      at = settled ? Math.min(piece.start - 1, found + WIDEST_SHIFT) : piece.start - 1;
    }
    return null;
  }

  count(after: Date, notAfter: Date): number {
    const end = Math.min(LAST, Math.floor(epochMs(notAfter) / 1000)) + 1;
    let at = Math.max(FIRST, Math.floor(epochMs(after) / 1000) + 1);
    let count = 0;
    while (at < end) {
      const piece = this.timeline.pieceAt(at);
      const until = Math.min(piece.end, end);
      count += this.countIn(piece, at, until);
      at = until;
    }
    return count;
  }

  /** The first instant from `at` on by the clocks of a piece, or a later one than its end. */
  private firstIn({ end, offset, shiftedOffset }: Piece, at: number): number {
    if (offset === null) return end;
    const found = this.times.next(at + offset) - offset;
    if (shiftedOffset === null) return found;
    return Math.min(found, this.times.next(at + shiftedOffset) - shiftedOffset);
  }

  /** The last instant up to `at` by the clocks of a piece, or an earlier one than its start. */
  private lastIn({ start, offset, shiftedOffset }: Piece, at: number): number {
    if (offset === null) return start - 1;
    const found = this.times.previous(at + offset) - offset;
    if (shiftedOffset === null) return found;
    return Math.max(found, this.times.previous(at + shiftedOffset) - shiftedOffset);
  }

  private countIn({ offset, shiftedOffset }: Piece, from: number, to: number): number {
    if (offset === null) return 0;
    const count = this.times.count(from + offset, to + offset);
    if (shiftedOffset === null) return count;
    const shifted = this.times.count(from + shiftedOffset, to + shiftedOffset);
    if (count === 0 || shifted === 0) return count + shifted;
    return count + shifted - this.countShared(from + offset, to + offset, shiftedOffset - offset);
  }

  /**
   * How many listed times from `from` on and before `to` are still listed when moved by `shift`.
   * Looks at each: a stretch with two clocks is as long as a gap, hours at most.
   */
  private countShared(from: number, to: number, shift: number): number {
    let shared = 0;
    for (let time = this.times.next(from); time < to; time = this.times.next(time + 1)) {
      if (this.times.has(time + shift)) shared += 1;
    }
    return shared;
  }
}
