import { ZonedSchedule } from '../local/zoned-schedule.ts';

/** A rule with local times in a zone. */
export class RruleSchedule extends ZonedSchedule {
  readonly kind = 'rrule';
}
