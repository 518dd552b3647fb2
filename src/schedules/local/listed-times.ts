/**
 * The local times that a rule lists, as if no clock were ever moved. Times are what the local
 * clock shows, in whole seconds since 1970-01-01 00:00 local.
 */
export interface ListedTimes {
  /**
   * How far a search for an instant goes, in seconds: when none is found so far from a moment, the
   * rule has none any more. Covers zones that leave out what is listed.
   */
  readonly reach: number;

  /**
   * The first listed time from `time` on, or Infinity.
   * @param limit when it is later than this, Infinity may be given as well.
   */
  next(time: number, limit?: number): number;

  /** The last listed time up to `time`, or -Infinity. */
  previous(time: number): number;

  /** How many listed times there are from `from` on and before `to`. */
  count(from: number, to: number): number;

  /**
   * Seconds of a stretch, such as each clock hour, in which either all listed times are still
   * listed when they are moved by `shift` seconds, or none of them.
   */
  grain(shift: number): number;
}

/** A set of days, counted from 1970-01-01. */
export interface DaySet {
  has(day: number): boolean;

  /** The first day of the set from `day` on, or Infinity. */
  next(day: number): number;

  /** The last day of the set up to `day`, or -Infinity. */
  previous(day: number): number;

  /** How many days of the set there are from `from` on and before `to`. */
  count(from: number, to: number): number;
}

/** A set of seconds within a day, or within a part of it. */
export interface TimeSet {
  readonly size: number;

  /** The first member from `time` on, or -1. */
  next(time: number): number;

  /** The last member up to `time`, or -1. */
  previous(time: number): number;

  /** How many members are smaller than `time`. */
  rank(time: number): number;

  /** As `ListedTimes.grain`, when the set is listed on each day. */
  grain(shift: number): number;
}
