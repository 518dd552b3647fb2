import { parseSchedule } from '../schedules/parse-schedule.ts';
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
