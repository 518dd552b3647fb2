import { SECONDS_PER_DAY, dayOf } from '../civil.ts';
import { SecondSchedule } from '../local/second-schedule.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { modulo } from './days/arithmetic.ts';
import { SteppedTimes, type SteppedParts } from './times/stepped-times.ts';

/** 2200-01-01: by then all zones follow a lasting rule. */
const LASTING = 7_258_118_400;
const SECONDS_PER_YEAR = 366 * SECONDS_PER_DAY;

/**
 * Every so many hours, minutes or seconds of elapsed time, whatever happens to the clock; what is
 * asked of an instant besides, such as its weekday or minute, is asked of its local time.
 * Units are those that the clock shows. After a change by half an hour they lie between those from
 * before; then it counts how many whole units have passed.
 */
export class ElapsedSchedule extends SecondSchedule {
  readonly kind = 'rrule';

  private readonly timesByOffset = new Map<number, SteppedTimes>();

  constructor(
    private readonly zone: TimeZone,
    private readonly parts: SteppedParts,
    /** The instant at which some unit in step begins. */
    private readonly origin: number,
    first: number,
    last: number,
  ) {
    super(first, last);
  }

  /**
   * Whether the clock ever shows units in step at listed times. Once a zone follows its lasting
   * rule, it only shows what it has shown before.
   */
  get isPossible(): boolean {
    const { zone } = this;
    const lasting = Math.max(this.first, LASTING) + SECONDS_PER_YEAR;
    for (let span = zone.spanAt(this.first); zone.startOf(span) < lasting; span += 1) {
      if (this.timesUnder(zone.offsetOf(span)).isPossible) return true;
    }
    return false;
  }

  protected firstFrom(second: number): number {
    let at = second;
    while (at <= this.last) {
      const span = this.zone.spanAt(at);
      const [offset, end] = [this.zone.offsetOf(span), this.zone.endOf(span)];
      const until = Math.min(end, this.last + 1);
      const found = this.timesUnder(offset).next(at + offset, until + offset) - offset;
      if (found < until) return found;
      at = Math.max(end, this.notBefore(end));
    }
    return Infinity;
  }

  protected lastUpTo(second: number): number {
    let at = second;
    while (at >= this.first) {
      const span = this.zone.spanAt(at);
      const [offset, start] = [this.zone.offsetOf(span), this.zone.startOf(span)];
      const since = Math.max(start, this.first);
      const found = this.timesUnder(offset).previous(at + offset, since + offset) - offset;
      if (found >= since) return found;
      at = Math.min(start - 1, this.notAfter(start));
    }
    return -Infinity;
  }

  protected countBetween(from: number, to: number): number {
    let count = 0;
    for (let at = from; at < to;) {
      const span = this.zone.spanAt(at);
      const [offset, end] = [this.zone.offsetOf(span), Math.min(to, this.zone.endOf(span))];
      count += this.timesUnder(offset).count(at + offset, end + offset);
      at = Math.max(end, this.notBefore(end));
    }
    return count;
  }

  /**
   * No instant from here on is earlier than this. The local day is at most a day ahead, and a unit
   * that counts as in step begins less than a unit later than it is.
   */
  private notBefore(second: number): number {
    const { days, units } = this.parts;
    const listed = (days.next(dayOf(second) - 1) - 1) * SECONDS_PER_DAY;
    const under = second - 2 * units.unitSeconds;
    return Math.max(listed, under + modulo(this.origin - under, units.step));
  }

  /** No instant up to here is later than this. */
  private notAfter(second: number): number {
    const { days, units } = this.parts;
    const listed = (days.previous(dayOf(second) + 1) + 2) * SECONDS_PER_DAY - 1;
    return Math.min(
      listed,
      second - modulo(second - this.origin, units.step) + 2 * units.unitSeconds,
    );
  }

  private timesUnder(offset: number): SteppedTimes {
    const known = this.timesByOffset.get(offset);
    if (known) return known;
    const { unitSeconds } = this.parts.units;
    const phase = Math.ceil((this.origin + offset) / unitSeconds) * unitSeconds;
    const times = new SteppedTimes(this.parts, phase);
    this.timesByOffset.set(offset, times);
    return times;
  }
}
