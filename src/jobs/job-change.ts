import { isDeepStrictEqual } from 'node:util';
import type { SkippedRangeWithReason } from '../runs/ledger.repository.ts';
import type { SkipReason } from '../runs/run.ts';
import type { Exception } from '../schedules/exceptions.ts';
import { rangeBetween, type SkippedRange } from '../schedules/skipped-range.ts';
import { readableSchedule, scheduleOf } from './job-schedule.ts';
import type { Job, JobDefinition } from './job.ts';
import type { RevisionAction } from './revision.ts';

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
  action: RevisionAction;
  ledger: LedgerChange;
}

/** What a change may touch: the definition, and what has routes of its own. */
export type JobPatch = Partial<JobDefinition & Pick<Job, 'exceptions'>>;

/** What goes with a pause. */
export interface Pause {
  reason: string | null;
  until: Date | null;
}

const UNTOUCHED = { withdraw: false, waiting: null, cancel: null, ranges: [] };
const SCHEDULE_FIELDS = [
  'schedule',
  'timezone',
  'dst',
  'startAt',
  'endAt',
  'maxRuns',
  'spreadSeconds',
  'calendar',
  'exceptions',
] as const;

/**
 * What becomes of `job` when `patch` is applied at `now`. Looks forward only: an instant that has
 * passed never fires because of an edit, it gets its verdict in the ledger instead; the next
 * instant is the new definition's first one after `now`. A patch that changes nothing leaves the
 * job as it is, its revision included.
 * @param pause given when the job is to be paused for a reason, or until a time.
 */
export function changeJob(job: Job, patch: JobPatch, now: Date, pause?: Pause): JobChange {
  const patched = { ...job, ...patch };
  const changed = { ...patched, ...pauseOf(job, patched, pause) };
  const untouched = { at: now, ...UNTOUCHED };
  const fields = [...Object.keys(patch), 'pausedReason', 'pausedUntil'];
  if (!differs(job, changed, fields)) return { job, action: 'updated', ledger: untouched };

  const next = { ...changed, updatedAt: now, revision: job.revision + 1 };
  const paused = job.isActive && !next.isActive;
  const resumed = !job.isActive && next.isActive;
  const action = paused ? 'paused' : resumed ? 'resumed' : 'updated';
  if (!paused && !resumed && !isRescheduled(job, next)) {
    return { job: next, action, ledger: untouched };
  }
  return {
    job: {
      ...next,
      nextRun: next.isActive ? scheduleOf(next).next(now) : null,
      pausedAt: !next.isActive && (job.isActive || job.pausedAt) ? now : null,
    },
    action,
    ledger: {
      at: now,
      withdraw: true,
      waiting: paused ? 'paused' : 'missed',
      cancel: paused ? { reason: 'paused', everything: false } : null,
      ranges: unplannedRanges(job, now, paused ? 'paused' : 'missed'),
    },
  };
}

function pauseOf(
  job: Job,
  { isActive }: Job,
  pause: Pause | undefined,
): Pick<Job, 'pausedReason' | 'pausedUntil'> {
  if (isActive) return { pausedReason: null, pausedUntil: null };
  if (pause) return { pausedReason: pause.reason, pausedUntil: pause.until };
  return { pausedReason: job.pausedReason, pausedUntil: job.pausedUntil };
}

/** Whether one definition has other instants than another, pauses apart. */
export function isRescheduled(
  one: Pick<JobDefinition, 'schedule'>,
  other: Pick<JobDefinition, 'schedule'>,
): boolean {
  return differs(one, other, SCHEDULE_FIELDS);
}

function differs(one: object, other: object, fields: readonly string[]): boolean {
  const values = (of: object) => fields.map((field): unknown => of[field as keyof typeof of]);
  return !isDeepStrictEqual(values(one), values(other));
}

/**
 * What becomes of `job` when it has other exceptions from `now` on. They differ in instants ahead
 * only: what is due stays so, and what the planner is behind by is still for it to plan.
 */
export function exceptJob(job: Job, exceptions: Exception[], now: Date): JobChange {
  const next = { ...job, exceptions, updatedAt: now, revision: job.revision + 1 };
  const isBehind = job.nextRun !== null && job.nextRun <= now;
  const nextRun = isBehind ? job.nextRun : scheduleOf(next).next(now);
  return {
    job: { ...next, nextRun: job.isActive ? nextRun : null, pausedAt: job.pausedAt && now },
    action: 'excepted',
    ledger: {
      at: now,
      ...UNTOUCHED,
      withdraw: true,
      ranges: job.isActive ? [] : unplannedRanges(job, now, 'paused'),
    },
  };
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
  if (job.pausedAt) return because('paused', rangeBetween(schedule, job.pausedAt, now));
  if (!job.isActive || !job.nextRun) return [];
  return because(reason, rangeBetween(schedule, new Date(job.nextRun.getTime() - 1), now));
}

function because(reason: SkipReason, range: SkippedRange | null): SkippedRangeWithReason[] {
  return range ? [{ ...range, reason }] : [];
}
