import { FIRST_SECOND, LAST_SECOND } from '../local/second-schedule.ts';
import { ZonedSchedule } from '../local/zoned-schedule.ts';
import type { Timeline } from '../zones/timeline.ts';
import type { LocalTimes } from './local-times.ts';

/** A cron expression in a zone. */
export class CronSchedule extends ZonedSchedule {
  readonly kind = 'cron';

  /** Both day fields are restricted: a day that matches one of them counts. */
  readonly matchesEitherDayField: boolean;

  constructor(times: LocalTimes, timeline: Timeline) {
    super(times, timeline, FIRST_SECOND, LAST_SECOND);
    this.matchesEitherDayField = times.matchesEitherDayField;
  }
}
