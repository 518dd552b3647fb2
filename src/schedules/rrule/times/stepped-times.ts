import { SECONDS_PER_DAY, dayOf } from '../../civil.ts';
import type { ListedTimes, TimeSet } from '../../local/listed-times.ts';
import { modulo } from '../days/arithmetic.ts';
import type { SteppedUnits } from './stepped-units.ts';
import type { YearDays } from '../days/year-days.ts';

/** Local times of all instants: 1969-12-31 to 10000-01-01. */
const FIRST_TIME = -SECONDS_PER_DAY;
const LAST_TIME = 2_932_898 * SECONDS_PER_DAY;

/** The numbers of so many days are kept while others are counted. */
const KNOWN_DAYS = 1000;

/** What a rule of hours, minutes or seconds lists. */
export interface SteppedParts {
  readonly days: YearDays;
  /** The weekdays that `days` may have; 0 for Sunday. */
  readonly weekdays: readonly number[];
  readonly units: SteppedUnits;
  /** What is listed within a unit, counted from its start. */
  readonly inside: TimeSet;
  /** As `ListedTimes.grain`, where a shift is a whole number of steps. */
  grain(shift: number): number;
}

/**
 * Times within every so many hours, minutes or seconds. The next unit in step is found by
 * division; where it is not listed, the search goes on from the next listed one.
 */
export class SteppedTimes implements ListedTimes {
  /** Steps and calendar may take longer than all years to meet again. */
  readonly reach = Infinity;

  /** Whether any listed time of a listed weekday is ever in step. */
  readonly isPossible: boolean;
  private readonly firstInside: number;
  private readonly lastInside: number;

  constructor(
    private readonly parts: SteppedParts,
    /** The start of any unit in step. */
    private readonly phase: number,
  ) {
    const { units, weekdays, inside } = parts;
    this.isPossible = units.meets(weekdays, phase);
    this.firstInside = inside.next(0);
    this.lastInside = inside.previous(units.unitSeconds - 1);
  }

  next(time: number, limit = LAST_TIME): number {
    if (!this.isPossible) return Infinity;
    const { inside, units } = this.parts;
    const own = this.unitOf(time);
    const unit = this.nextUnit(own, limit);
    if (unit > own) return unit + this.firstInside;
    const found = inside.next(time - own);
    if (found >= 0) return own + found;
    return this.nextUnit(own + units.unitSeconds, limit) + this.firstInside;
  }

  /** @param limit when the time before is earlier than this, -Infinity may be given. */
  previous(time: number, limit = FIRST_TIME): number {
    if (!this.isPossible) return -Infinity;
    const { inside, units } = this.parts;
    const own = this.unitOf(time);
    const unit = this.previousUnit(own, limit);
    if (unit < own) return unit + this.lastInside;
    const found = inside.previous(time - own);
    if (found >= 0) return own + found;
    return this.previousUnit(own - units.unitSeconds, limit) + this.lastInside;
  }

  /** By arithmetic when all units of all days are listed, else day by day. */
  count(from: number, to: number): number {
    if (from >= to || !this.isPossible) return 0;
    const days = this.countOfDays(dayOf(from), dayOf(to));
    return days + this.countOfDayBefore(to) - this.countOfDayBefore(from);
  }

  /** What is in step stays so when it is moved by whole steps. */
  grain(shift: number): number {
    return shift % this.parts.units.step === 0 ? this.parts.grain(shift) : 1;
  }

  private unitOf(time: number): number {
    return time - modulo(time, this.parts.units.unitSeconds);
  }

  /** The first listed unit in step that starts at `from` or later; Infinity beyond the limit. */
  private nextUnit(from: number, limit: number): number {
    const { days, units } = this.parts;
    let day = dayOf(from);
    let ofDay = from - day * SECONDS_PER_DAY;
    while (day * SECONDS_PER_DAY <= limit) {
      const listed = days.next(day);
      if (listed > day) ofDay = 0;
      if (listed * SECONDS_PER_DAY > limit) return Infinity;
      const found = units.next(ofDay, this.phaseOf(listed));
      if (found >= 0) return listed * SECONDS_PER_DAY + found;
      // Steps may be longer than days.
      day = listed + 1 + dayOf(this.phaseOf(listed + 1));
      ofDay = 0;
    }
    return Infinity;
  }

  private previousUnit(from: number, limit: number): number {
    const { days, units } = this.parts;
    let day = dayOf(from);
    let ofDay = from - day * SECONDS_PER_DAY;
    while ((day + 1) * SECONDS_PER_DAY > limit) {
      const listed = days.previous(day);
      if (listed < day) ofDay = SECONDS_PER_DAY - 1;
      if ((listed + 1) * SECONDS_PER_DAY <= limit) return -Infinity;
      const found = units.previous(ofDay, this.phaseOf(listed));
      if (found >= 0) return listed * SECONDS_PER_DAY + found;
      day = dayOf(listed * SECONDS_PER_DAY + this.phaseOf(listed) - units.step);
      ofDay = SECONDS_PER_DAY - 1;
    }
    return -Infinity;
  }

  /** Seconds from the start of a day to the first unit in step, listed or not. */
  private phaseOf(day: number): number {
    return modulo(this.phase - day * SECONDS_PER_DAY, this.parts.units.step);
  }

  private countOfDays(from: number, to: number): number {
    const { days, units, inside } = this.parts;
    if (units.all && days.everyDay) return (this.stepsTo(to) - this.stepsTo(from)) * inside.size;
    if (units.daysPerCycle === 1) return days.count(from, to) * this.countOfDay(from);
    const known: number[] = [];
    let count = 0;
    for (let day = days.next(from); day < to; day = days.next(day + 1)) {
      const place = modulo(day, units.daysPerCycle);
      const ofDay = known[place] ?? this.countOfDay(day);
      if (place < KNOWN_DAYS) known[place] = ofDay;
      count += ofDay;
    }
    return count;
  }

  /** Units in step from some moment to the start of a day. */
  private stepsTo(day: number): number {
    return Math.ceil((day * SECONDS_PER_DAY - this.phase) / this.parts.units.step);
  }

  private countOfDay(day: number): number {
    return this.parts.units.count(SECONDS_PER_DAY, this.phaseOf(day)) * this.parts.inside.size;
  }

  /** Listed times of the same day that come before `time`. */
  private countOfDayBefore(time: number): number {
    const { days, units, inside } = this.parts;
    const day = dayOf(time);
    if (!days.has(day)) return 0;
    const own = this.unitOf(time);
    const [ofDay, phase] = [own - day * SECONDS_PER_DAY, this.phaseOf(day)];
    const count = units.count(ofDay, phase) * inside.size;
    return units.next(ofDay, phase) === ofDay ? count + inside.rank(time - own) : count;
  }
}
