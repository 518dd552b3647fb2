import type { DstPolicy } from '../dst-policy.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * A stretch of time, `start` included and `end` not, in which an instant counts when its local
 * time is listed: the local time under `offset`, or under `shiftedOffset` where listed times
 * are moved here from a gap. No time counts where `offset` is null.
 */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly offset: number | null;
  readonly shiftedOffset: number | null;
}

/** No two offsets in the history of a zone lie further apart (-12 to +14 hours, and one spare). */
export const WIDEST_SHIFT = 27 * 3600;

/**
 * A zone as a schedule sees it: spans of constant offset, with the daylight saving policy worked
 * into the hours around each change. Seconds since 1970.
 *
 * After a gap of length g, a listed time that the clock jumped over is due at the instant that
 * it would have had without the change. That is the listed time plus g on the new clock, and it
 * lies within g after the change: there both clocks are looked at, the new one and the old one.
 * An instant found on both is one instant. The change back shows the d seconds before it a
 * second time: policy `first` makes the d seconds after it silent, `second` those before it.
 * Changes lie days apart in all zones since 1970, so that these stretches never meet.
 */
export class Timeline {
  constructor(
    readonly zone: TimeZone,
    /** Null for schedules that go by elapsed time: every local time counts as it shows. */
    readonly dst: DstPolicy | null,
  ) {}

  /** The piece that holds an instant. */
  pieceAt(instant: number): Piece {
    const { zone, dst } = this;
    const span = zone.spanAt(instant);
    const offset = zone.offsetOf(span);
    let start = zone.startOf(span);
    let end = zone.endOf(span);
    if (!dst) return { start, end, offset, shiftedOffset: null };

    const before = zone.offsetOf(span - 1);
    if (before < offset && dst.gap === 'shift') {
      const settled = start + offset - before;
      if (instant < settled) return { start, end: settled, offset, shiftedOffset: before };
      start = settled;
    } else if (before > offset && dst.overlap === 'first') {
      const settled = start + before - offset;
      if (instant < settled) return { start, end: settled, offset: null, shiftedOffset: null };
      start = settled;
    }

    const after = zone.offsetOf(span + 1);
    if (after < offset && dst.overlap === 'second') {
      const repeated = end - (offset - after);
      if (instant >= repeated) return { start: repeated, end, offset: null, shiftedOffset: null };
      end = repeated;
    }
    return { start, end, offset, shiftedOffset: null };
  }
}
