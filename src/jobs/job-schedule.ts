import { LRUCache } from 'lru-cache';
import { Agenda } from '../schedules/agenda.ts';
import { Calendar, type CalendarRules } from '../schedules/calendar.ts';
import { Exceptions } from '../schedules/exceptions.ts';
import { parseSchedule } from '../schedules/parse-schedule.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import { spreadOffsetMs } from '../schedules/spread.ts';
import type { TimeZone } from '../schedules/zones/time-zone.ts';
import { timeZone } from '../schedules/zones/time-zones.ts';
import type { Job } from './job.ts';

/** What the instants of a job derive from. */
export type ScheduleFields = Pick<
  Job,
  | 'schedule'
  | 'timezone'
  | 'dst'
  | 'startAt'
  | 'endAt'
  | 'createdAt'
  | 'spreadSeconds'
  | 'seed'
  | 'exceptions'
  | 'calendarRules'
>;

/** A large calendar is shared by many jobs, and takes longer to read than to ask. */
const calendars = new LRUCache<string, Calendar>({ max: 1_000 });

/** The instants of a job; intervals are anchored to its start, or else to its creation. */
export function scheduleOf(job: ScheduleFields): Agenda {
  const rule = parseSchedule({ ...job, anchor: job.startAt ?? job.createdAt });
  return new Agenda({
    rule,
    zone: timeZone(job.timezone) as TimeZone,
    spreadMs: spreadOffsetMs(job.seed, job.spreadSeconds),
    calendar: job.calendarRules === null ? null : calendarOf(job.calendarRules),
    exceptions: new Exceptions(job.exceptions),
  });
}

function calendarOf(rules: string): Calendar {
  const known = calendars.get(rules) ?? new Calendar(JSON.parse(rules) as CalendarRules);
  calendars.set(rules, known);
  return known;
}

/**
 * The schedule of a stored job; null when it cannot be read any more, since the zone data have
 * dropped its zone, say. Such a job can still be looked at, mended and deleted.
 */
export function readableSchedule(job: ScheduleFields): Agenda | null {
  try {
    return scheduleOf(job);
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}

/** The next starts of a job, as far as nobody changes it. */
export function upcomingOf(job: Job, after: Date, count: number): Date[] {
  const schedule = job.isActive ? readableSchedule(job) : null;
  const most = job.maxRuns === null ? count : Math.min(count, job.maxRuns - job.runCount);
  return schedule ? startsOf(schedule, after, most) : [];
}

/** The first `count` instants after `after` at which something runs; fewer when there are no more. */
export function startsOf(schedule: Agenda, after: Date, count: number): Date[] {
  const starts: Date[] = [];
  let next = count > 0 ? schedule.nextToRun(after) : null;
  while (next) {
    starts.push(next);
    next = starts.length < count ? schedule.nextToRun(next) : null;
  }
  return starts;
}
