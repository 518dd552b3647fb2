import { ClockTimes } from '../local/clock-times.ts';
import { DayTimes } from '../local/day-times.ts';
import type { CronFields } from './cron-fields.ts';
import { DayRule } from './day-rule.ts';

/**
 * 600 years: calendar and lasting zone rules repeat after 400, and all zones follow theirs for
 * that long within this reach.
 */
const REACH = 600 * 365.2425 * 86_400;

/** The local times that a cron expression lists. */
export class LocalTimes extends DayTimes {
  /** Both day fields are restricted: a day that matches one of them counts. */
  readonly matchesEitherDayField: boolean;

  constructor(fields: CronFields) {
    const days = new DayRule(fields);
    super(days, new ClockTimes(fields.hours, fields.minutes, fields.seconds), REACH);
    this.matchesEitherDayField = days.matchesEitherField;
  }
}
