import { parseSchedule } from '../schedules/parse-schedule.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import type { Schedule } from '../schedules/schedule.ts';
import type { Job } from './job.ts';

/** What a job's schedule is made from. */
export type ScheduleFields = Pick<
  Job,
  'schedule' | 'timezone' | 'dst' | 'startAt' | 'endAt' | 'createdAt'
>;

/** The schedule of a job; intervals are anchored to its start, or else to its creation. */
export function scheduleOf(job: ScheduleFields): Schedule {
  return parseSchedule({ ...job, anchor: job.startAt ?? job.createdAt });
}

/**
 * The schedule of a stored job; null when it cannot be read any more, since the zone data have
 * dropped its zone, say. Such a job can still be looked at, mended and deleted.
 */
export function readableSchedule(job: ScheduleFields): Schedule | null {
  try {
    return scheduleOf(job);
  } catch (error) {
    if (error instanceof ScheduleError) return null;
    throw error;
  }
}
