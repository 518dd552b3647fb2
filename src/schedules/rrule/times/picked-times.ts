import type { ClockTimes } from '../../local/clock-times.ts';
import type { TimeSet } from '../../local/listed-times.ts';
import type { SetPositions } from './set-positions.ts';

/** The times that BYSETPOS picks out of those of a day, an hour or a minute. */
export class PickedTimes implements TimeSet {
  /** In order; as few as there are positions. */
  private readonly times: readonly number[];

  constructor(all: ClockTimes, positions: SetPositions) {
    this.times = positions.ranks(all.size).map((rank) => all.at(rank));
  }

  get size(): number {
    return this.times.length;
  }

  next(time: number): number {
    return this.times.find((each) => each >= time) ?? -1;
  }

  previous(time: number): number {
    return this.times.findLast((each) => each <= time) ?? -1;
  }

  rank(time: number): number {
    const rank = this.times.findIndex((each) => each >= time);
    return rank < 0 ? this.size : rank;
  }

  /** A time may be picked in one hour and not in the next. */
  grain(): number {
    return 1;
  }
}
