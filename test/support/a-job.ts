import { newDefinition } from '../../src/jobs/job-definition.ts';
import { readableSchedule } from '../../src/jobs/job-schedule.ts';
import type { Job } from '../../src/jobs/job.ts';

const CREATED = new Date('2026-11-24T09:00:00Z');

/** A job as it is right after its creation, at 09:00 of 24 November 2026; due each minute. */
export function aJob(fields: Partial<Job> = {}): Job {
  const job: Job = {
    ...newDefinition({ name: 'a', schedule: '* * * * *' }),
    id: 1,
    namespaceId: 1,
    lastRun: null,
    nextRun: null,
    pausedAt: null,
    pausedReason: null,
    pausedUntil: null,
    exceptions: [],
    seed: 0,
    runCount: 0,
    calendarRules: null,
    revision: 1,
    createdAt: CREATED,
    updatedAt: CREATED,
    ...fields,
  };
  const nextRun = job.isActive ? readableSchedule(job)?.next(job.createdAt) : null;
  return { ...job, nextRun: fields.nextRun === undefined ? (nextRun ?? null) : fields.nextRun };
}
