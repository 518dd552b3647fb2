import { WIDEST_SHIFT, type Piece, type Timeline } from '../zones/timeline.ts';
import type { ListedTimes } from './listed-times.ts';
import { SecondSchedule } from './second-schedule.ts';

/**
 * Listed local times laid over the timeline of a zone. Works piece by piece in whole seconds,
 * and within a piece by arithmetic; a piece that cannot hold a listed time is jumped over.
 */
export abstract class ZonedSchedule extends SecondSchedule {
  constructor(
    readonly times: ListedTimes,
    readonly timeline: Timeline,
    first: number,
    last: number,
  ) {
    super(first, last);
  }

  protected firstFrom(second: number): number {
    let at = second;
    const last = Math.min(this.last, at + this.times.reach);
    while (at <= last) {
      const piece = this.timeline.pieceAt(at);
      const found = this.firstIn(piece, at, last);
      if (found < piece.end) return found;
      at = afterPiece(piece, at, found);
    }
    return Infinity;
  }

  protected lastUpTo(second: number): number {
    let at = second;
    const first = Math.max(this.first, at - this.times.reach);
    while (at >= first) {
      const piece = this.timeline.pieceAt(at);
      const found = this.lastIn(piece, at);
      if (found >= piece.start) return found;
      const settled = at - piece.start >= WIDEST_SHIFT;
      at = settled ? Math.min(piece.start - 1, found + WIDEST_SHIFT) : piece.start - 1;
    }
    return -Infinity;
  }

  protected countBetween(from: number, to: number): number {
    let at = from;
    let count = 0;
    while (at < to) {
      const piece = this.timeline.pieceAt(at);
      const found = this.firstIn(piece, at, to);
      if (found < piece.end) count += this.countIn(piece, at, Math.min(piece.end, to));
      at = found < piece.end ? piece.end : afterPiece(piece, at, found);
    }
    return count;
  }

  /**
   * The first instant from `at` on by the clocks of a piece, or a later one than its end, for a
   * search that ends at `limit`.
   */
  private firstIn({ end, offset, shiftedOffset }: Piece, at: number, limit: number): number {
    if (offset === null) return end;
    // Later pieces may show what is listed by a later clock.
    const until = limit + WIDEST_SHIFT;
    const found = this.times.next(at + offset, until + offset) - offset;
    if (shiftedOffset === null) return found;
    return Math.min(found, this.times.next(at + shiftedOffset, until + offset) - shiftedOffset);
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
   * Looks at one time of each stretch that stays listed as a whole or not at all.
   */
  private countShared(from: number, to: number, shift: number): number {
    const grain = this.times.grain(shift);
    let shared = 0;
    for (let time = this.times.next(from); time < to;) {
      const until = Math.min(to, Math.floor(time / grain) * grain + grain);
      const moved = time + shift;
      if (this.times.next(moved) === moved) shared += this.times.count(time, until);
      time = this.times.next(until);
    }
    return shared;
  }
}

/**
 * Where a search goes on that found nothing in a piece from `at` on, but a time after it. Between
 * them nothing is listed: where the next pieces show later local times than here, only the one
 * that can show that time matters.
 */
function afterPiece({ end }: Piece, at: number, found: number): number {
  return end - at >= WIDEST_SHIFT ? Math.max(end, found - WIDEST_SHIFT) : end;
}
