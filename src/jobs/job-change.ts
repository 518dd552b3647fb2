import { isDeepStrictEqual } from 'node:util';
import type { SkippedRangeWithReason } from '../runs/ledger.repository.ts';
import type { SkipReason } from '../runs/run.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { readableSchedule, scheduleOf } from './job-schedule.ts';
import type { Job, JobDefinition } from './job.ts';

/** What a change of a job does to its runs. */
export interface LedgerChange {
  /** The instant of the change. */
  at: Date;
  /** Remove what is planned for later. */
  withdraw: boolean;
  /** Skip what is due and has not started, for this reason. */
  waiting: SkipReason | null;
  /** Cancel living runs: all of them, or only those that wait for another attempt. */
  cancel: { reason: string; everything: boolean } | null;
  /** Instants that get no run of their own any more. */
  ranges: SkippedRangeWithReason[];
}

export interface JobChange {
  job: Job;
  ledger: LedgerChange;
}

const UNTOUCHED = { withdraw: false, waiting: null, cancel: null, ranges: [] };
const SCHEDULE_FIELDS = ['schedule', 'timezone', 'dst', 'startAt', 'endAt'] as const;

/**
 * What becomes of `job` when `patch` is applied at `now`. Looks forward only: an instant that has
 * passed never fires because of an edit, it gets its verdict in the ledger instead; the next
 * instant is the new definition's first one after `now`. A patch that changes nothing leaves the
 * job as it is, its revision included.
 */
export function changeJob(
  job: Job,
  patch: Partial<JobDefinition>,
  now: Date,
  reason: string | null = null,
): JobChange {
  const untouched = { at: now, ...UNTOUCHED };
  if (!differs(job, patch, Object.keys(patch))) return { job, ledger: untouched };

  const changed = { ...job, ...patch, updatedAt: now, revision: job.revision + 1 };
  const paused = job.isActive && !changed.isActive;
  const resumed = !job.isActive && changed.isActive;
  if (!paused && !resumed && !isRescheduled(job, changed))
    return { job: changed, ledger: untouched };

  return {
    job: {
      ...changed,
      nextRun: changed.isActive ? scheduleOf(changed).next(now) : null,
      pausedAt: !changed.isActive && (job.isActive || job.pausedAt) ? now : null,
      pausedReason: changed.isActive ? null : paused ? reason : job.pausedReason,
    },
    ledger: {
      at: now,
      withdraw: true,
      waiting: paused ? 'paused' : 'missed',
      cancel: paused ? { reason: 'paused', everything: false } : null,
      ranges: unplannedRanges(job, now, paused ? 'paused' : 'missed'),
    },
  };
}

/** Whether one definition has other instants than another, pauses apart. */
export function isRescheduled(one: JobDefinition, other: JobDefinition): boolean {
  return differs(one, other, SCHEDULE_FIELDS);
}

function differs(one: object, other: object, fields: readonly string[]): boolean {
  const values = (of: object) => fields.map((field): unknown => of[field as keyof typeof of]);
  return !isDeepStrictEqual(values(one), values(other));
}

/** What becomes of the runs of `job` when it is deleted at `now`. */
export function deleteJob(job: Job, now: Date): LedgerChange {
  return {
    at: now,
    withdraw: true,
    waiting: null,
    cancel: { reason: 'deleted', everything: true },
    ranges: unplannedRanges(job, now, 'missed'),
  };
}

/** The instants up to `now` that have no row yet: those the planner is behind by, or a pause. */
function unplannedRanges(job: Job, now: Date, reason: SkipReason): SkippedRangeWithReason[] {
  const schedule = readableSchedule(job);
  if (!schedule) return [];
  if (job.pausedAt) return rangeBetween(schedule, job.pausedAt, now, 'paused');
  if (!job.isActive || !job.nextRun) return [];
  return rangeBetween(schedule, new Date(job.nextRun.getTime() - 1), now, reason);
}

function rangeBetween(
  schedule: Schedule,
  after: Date,
  notAfter: Date,
  reason: SkipReason,
): SkippedRangeWithReason[] {
  const from = schedule.next(after);
  const to = schedule.latest(notAfter);
  if (!from || !to || from > to) return [];
  return [{ from, to, count: schedule.count(after, notAfter), reason }];
}
