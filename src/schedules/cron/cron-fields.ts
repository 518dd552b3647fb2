import type { ValueSet } from './value-set.ts';

/** Which days of a month a day-of-month field names. */
export interface DaysOfMonth {
  /** False for `*` and `?`: the field leaves the choice to the day of the week. */
  readonly restricted: boolean;
  /** Plain days; bit 0 is the 1st. */
  readonly days: number;
  /** `L`: the last day. */
  readonly last: boolean;
  /** `LW`: the last day from Monday to Friday. */
  readonly lastWeekday: boolean;
  /** `15W`: the day from Monday to Friday nearest to it in the same month; bit 0 is the 1st. */
  readonly nearestWeekday: number;
}

/** Which days of a month a day-of-week field names. Bit 0 of a mask is Sunday. */
export interface DaysOfWeek {
  /** False for `*` and `?`: the field leaves the choice to the day of the month. */
  readonly restricted: boolean;
  /** Plain weekdays, in every week. */
  readonly weekdays: number;
  /** `5L`: the last of the month. */
  readonly last: number;
  /** `5#3`: the third of the month; place 0 holds the first ones, place 4 the fifth ones. */
  readonly nth: readonly number[];
}

/** The fields that say which days count. */
export interface DayFields {
  readonly daysOfMonth: DaysOfMonth;
  /** 0 for January. */
  readonly months: ValueSet;
  readonly daysOfWeek: DaysOfWeek;
}

/** A cron expression taken apart. */
export interface CronFields extends DayFields {
  readonly seconds: ValueSet;
  readonly minutes: ValueSet;
  readonly hours: ValueSet;
}
