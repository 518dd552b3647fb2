import { SECONDS_PER_DAY } from '../../civil.ts';
import type { ClockTimes } from '../../local/clock-times.ts';
import { greatestCommonDivisor, modulo } from '../days/arithmetic.ts';

const SECONDS_PER_MINUTE = 60;
const DAYS_PER_WEEK = 7;

/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4;

/**
 * The listed hours, minutes or seconds of a day that are in step: every so many of all there are.
 * What is in step on a day is known from its phase, the seconds from its start to the first one,
 * listed or not. Units are told by their starts, in seconds of the day.
 */
export class SteppedUnits {
  /** Every unit of a day is listed. */
  readonly all: boolean;
  /** After so many days the same units are in step again. */
  readonly daysPerCycle: number;
  /** For steps within a minute: how many seconds of one are listed, by their place in the step. */
  private readonly perMinute: readonly number[];

  constructor(
    private readonly listed: ClockTimes,
    readonly unitSeconds: number,
    readonly step: number,
  ) {
    this.all = listed.size === SECONDS_PER_DAY / unitSeconds;
    this.daysPerCycle = step / greatestCommonDivisor(step, SECONDS_PER_DAY);
    this.perMinute = step < SECONDS_PER_MINUTE ? secondsByPlace(listed, step) : [];
  }

  /** How many steps it takes to count the units of each day, at most. */
  get countingSteps(): number {
    if (this.all || this.step === this.unitSeconds || this.daysPerCycle === 1) return 1;
    const minutes = SECONDS_PER_DAY / SECONDS_PER_MINUTE;
    return 1 + Math.min(this.listed.size, minutes, Math.ceil(SECONDS_PER_DAY / this.step));
  }

  /** Whether any listed unit of any of these weekdays is ever in step, seconds from 1970 on. */
  meets(weekdays: readonly number[], phase: number): boolean {
    const step = greatestCommonDivisor(this.step, DAYS_PER_WEEK * SECONDS_PER_DAY);
    const units = new SteppedUnits(this.listed, this.unitSeconds, step);
    return weekdays.some((weekday) => {
      const start = (weekday - FIRST_WEEKDAY) * SECONDS_PER_DAY;
      return units.next(0, modulo(phase - start, step)) >= 0;
    });
  }

  /** The first unit from `ofDay` on, or -1. */
  next(ofDay: number, phase: number): number {
    let at = ofDay + modulo(phase - ofDay, this.step);
    while (at < SECONDS_PER_DAY) {
      const listed = this.listed.next(at);
      if (listed === at || listed < 0) return listed;
      at = listed + modulo(phase - listed, this.step);
    }
    return -1;
  }

  /** The last unit up to `ofDay`, or -1. */
  previous(ofDay: number, phase: number): number {
    let at = ofDay - modulo(ofDay - phase, this.step);
    while (at >= 0) {
      const listed = this.listed.previous(at);
      if (listed === at || listed < 0) return listed;
      at = listed - modulo(listed - phase, this.step);
    }
    return -1;
  }

  /** How many units there are before `ofDay`. */
  count(ofDay: number, phase: number): number {
    if (this.step === this.unitSeconds) return this.listed.rank(ofDay);
    if (this.all) return Math.max(0, Math.ceil((ofDay - phase) / this.step));
    const whole = this.step < SECONDS_PER_MINUTE ? ofDay - (ofDay % SECONDS_PER_MINUTE) : 0;
    let count = whole > 0 ? this.countMinutes(whole, phase) : 0;
    for (let at = this.next(whole, phase); at >= 0 && at < ofDay; at = this.next(at + 1, phase)) {
      count += 1;
    }
    return count;
  }

  /** The same for whole minutes. */
  private countMinutes(ofDay: number, phase: number): number {
    let count = 0;
    for (let at = this.listed.next(0); at >= 0 && at < ofDay;) {
      const minute = at - (at % SECONDS_PER_MINUTE);
      count += this.perMinute[modulo(phase - minute, this.step)]!;
      at = this.listed.next(minute + SECONDS_PER_MINUTE);
    }
    return count;
  }
}

/** All minutes that have listed seconds have the same ones. */
function secondsByPlace(listed: ClockTimes, step: number): number[] {
  const first = listed.next(0);
  const minute = first - (first % SECONDS_PER_MINUTE);
  const counts = new Array<number>(step).fill(0);
  for (let second = 0; second < SECONDS_PER_MINUTE; second += 1) {
    if (listed.next(minute + second) === minute + second) counts[second % step]! += 1;
  }
  return counts;
}
