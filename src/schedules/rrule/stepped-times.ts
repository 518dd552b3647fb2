import { SECONDS_PER_DAY, dayOf } from '../civil.ts';
import type { ClockTimes } from '../local/clock-times.ts';
import type { ListedTimes, TimeSet } from '../local/listed-times.ts';
import { greatestCommonDivisor, modulo } from './arithmetic.ts';
import type { YearDays } from './year-days.ts';

/** Local times of all instants: 1969-12-31 to 10000-01-01. */
const FIRST_TIME = -SECONDS_PER_DAY;
const LAST_TIME = 2_932_898 * SECONDS_PER_DAY;

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** So many steps may be taken for every stretch that is counted, whatever its length. */
const STEPS_FOR_ONCE = 1500;

/** What a rule of hours, minutes or seconds lists. */
export interface SteppedParts {
  readonly days: YearDays;
  /** The weekdays that `days` may have; 0 for Sunday. */
  readonly weekdays: readonly number[];
  /** Starts of the listed units of a day; a unit is an hour, a minute or a second. */
  readonly units: ClockTimes;
  readonly unitSeconds: number;
  /** What is listed within a unit, counted from its start. */
  readonly inside: TimeSet;
  /** From one unit in step to the next, in seconds. */
  readonly step: number;
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
  private readonly allUnits: boolean;
  private readonly firstInside: number;
  private readonly lastInside: number;

  constructor(
    private readonly parts: SteppedParts,
    /** The start of any unit in step. */
    private readonly phase: number,
  ) {
    const { units, unitSeconds, inside } = parts;
    this.isPossible = meets(parts, phase);
    this.allUnits = units.size === SECONDS_PER_DAY / unitSeconds;
    this.firstInside = inside.next(0);
    this.lastInside = inside.previous(unitSeconds - 1);
  }

  /** @param limit when the next time is later than this, any later one may be given. */
  next(time: number, limit = LAST_TIME): number {
    if (!this.isPossible) return Infinity;
    const { inside, unitSeconds } = this.parts;
    const own = this.unitOf(time);
    const unit = this.nextUnit(own, limit);
    if (unit > own) return unit + this.firstInside;
    const found = inside.next(time - own);
    return found >= 0 ? own + found : this.nextUnit(own + unitSeconds, limit) + this.firstInside;
  }

  /** @param limit when the time before is earlier than this, any earlier one may be given. */
  previous(time: number, limit = FIRST_TIME): number {
    if (!this.isPossible) return -Infinity;
    const { inside, unitSeconds } = this.parts;
    const own = this.unitOf(time);
    const unit = this.previousUnit(own, limit);
    if (unit < own) return unit + this.lastInside;
    const found = inside.previous(time - own);
    return found >= 0 ? own + found : this.previousUnit(own - unitSeconds, limit) + this.lastInside;
  }

  /** By arithmetic when all units of all days are listed, else day by day. */
  count(from: number, to: number): number {
    if (from >= to || !this.isPossible) return 0;
    const days = this.countOfDays(dayOf(from), dayOf(to));
    return days + this.countOfDayBefore(to) - this.countOfDayBefore(from);
  }

  /** What is in step stays so when it is moved by whole steps. */
  grain(shift: number): number {
    return shift % this.parts.step === 0 ? this.parts.units.grain(shift) : 1;
  }

  private unitOf(time: number): number {
    return time - modulo(time, this.parts.unitSeconds);
  }

  /** The first listed unit in step that starts at `from` or later; Infinity beyond the limit. */
  private nextUnit(from: number, limit: number): number {
    let day = dayOf(from);
    let ofDay = from - day * SECONDS_PER_DAY;
    while (day * SECONDS_PER_DAY <= limit) {
      const listed = this.parts.days.next(day);
      if (listed > day) ofDay = 0;
      if (listed * SECONDS_PER_DAY > limit) return Infinity;
      const found = this.nextOfDay(listed, ofDay);
      if (found >= 0) return listed * SECONDS_PER_DAY + found;
      // Steps may be longer than days.
      day = listed + 1 + dayOf(this.inStepFrom(listed + 1));
      ofDay = 0;
    }
    return Infinity;
  }

  private previousUnit(from: number, limit: number): number {
    let day = dayOf(from);
    let ofDay = from - day * SECONDS_PER_DAY;
    while ((day + 1) * SECONDS_PER_DAY > limit) {
      const listed = this.parts.days.previous(day);
      if (listed < day) ofDay = SECONDS_PER_DAY - 1;
      if ((listed + 1) * SECONDS_PER_DAY <= limit) return -Infinity;
      const found = this.previousOfDay(listed, ofDay);
      if (found >= 0) return listed * SECONDS_PER_DAY + found;
      day = dayOf(listed * SECONDS_PER_DAY + this.inStepFrom(listed) - this.parts.step);
      ofDay = SECONDS_PER_DAY - 1;
    }
    return -Infinity;
  }

  /** Seconds from the start of a day to the first unit in step, listed or not. */
  private inStepFrom(day: number): number {
    return modulo(this.phase - day * SECONDS_PER_DAY, this.parts.step);
  }

  private nextOfDay(day: number, ofDay: number): number {
    return firstInStep(this.parts, this.inStepFrom(day), ofDay);
  }

  private previousOfDay(day: number, ofDay: number): number {
    const { units, step } = this.parts;
    const phase = this.inStepFrom(day);
    let at = ofDay - modulo(ofDay - phase, step);
    while (at >= 0) {
      const listed = units.previous(at);
      if (listed === at || listed < 0) return listed;
      at = listed - modulo(listed - phase, step);
    }
    return -1;
  }

  /** Days whose first units in step come at the same time of day have the same times. */
  private countOfDays(from: number, to: number): number {
    const { days, inside, step } = this.parts;
    if (this.allUnits && days.everyDay) {
      const units = this.unitsBefore(to) - this.unitsBefore(from);
      return units * inside.size;
    }
    if (SECONDS_PER_DAY % step === 0) return days.count(from, to) * this.countOfDay(from);
    const known = new Map<number, number>();
    let count = 0;
    for (let day = days.next(from); day < to; day = days.next(day + 1)) {
      const phase = this.inStepFrom(day);
      const ofDay = known.get(phase) ?? this.countOfDay(day);
      known.set(phase, ofDay);
      count += ofDay;
    }
    return count;
  }

  /** Units in step before a day, from some day on. */
  private unitsBefore(day: number): number {
    return Math.ceil((day * SECONDS_PER_DAY - this.phase) / this.parts.step);
  }

  private countOfDay(day: number): number {
    return this.countUnits(day, SECONDS_PER_DAY) * this.parts.inside.size;
  }

  /** Listed times of the same day that come before `time`. */
  private countOfDayBefore(time: number): number {
    const day = dayOf(time);
    if (!this.parts.days.has(day)) return 0;
    const own = this.unitOf(time) - day * SECONDS_PER_DAY;
    const count = this.countUnits(day, own) * this.parts.inside.size;
    if (this.nextOfDay(day, own) !== own) return count;
    return count + this.parts.inside.rank(time - this.unitOf(time));
  }

  /** Listed units in step of a day that start before a time of day. */
  private countUnits(day: number, before: number): number {
    const { step } = this.parts;
    const phase = this.inStepFrom(day);
    if (step === this.parts.unitSeconds) return this.parts.units.rank(before);
    if (this.allUnits) return Math.max(0, Math.ceil((before - phase) / step));
    let count = 0;
    let at = firstInStep(this.parts, phase, 0);
    while (at >= 0 && at < before) {
      count += 1;
      at = firstInStep(this.parts, phase, at + 1);
    }
    return count;
  }
}

/** How many steps it takes to count the times of each day, at most. */
export function countingSteps({ units, unitSeconds, step }: SteppedParts): number {
  if (step === unitSeconds || units.size === SECONDS_PER_DAY / unitSeconds) return 1;
  const steps = Math.min(units.size, Math.ceil(SECONDS_PER_DAY / step));
  // Where all days are alike, counting one of them is enough.
  return SECONDS_PER_DAY % step === 0 && steps <= STEPS_FOR_ONCE ? 1 : steps;
}

/** The first listed unit of a day from `from` on that is in step with `phase`, or -1. */
function firstInStep({ units, step }: SteppedParts, phase: number, from: number): number {
  let at = from + modulo(phase - from, step);
  while (at < SECONDS_PER_DAY) {
    const listed = units.next(at);
    if (listed === at || listed < 0) return listed;
    at = listed + modulo(phase - listed, step);
  }
  return -1;
}

function meets(parts: SteppedParts, phase: number): boolean {
  const step = greatestCommonDivisor(parts.step, 7 * SECONDS_PER_DAY);
  return parts.weekdays.some((weekday) => {
    const day = weekday - FIRST_WEEKDAY;
    const ofDay = modulo(phase - day * SECONDS_PER_DAY, step);
    return firstInStep({ ...parts, step }, ofDay, 0) >= 0;
  });
}
