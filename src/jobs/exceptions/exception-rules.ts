import type { Violation } from '../../common/errors.ts';
import { refuse } from '../../common/validation.ts';
import type { Agenda } from '../../schedules/agenda.ts';
import type { Exception } from '../../schedules/exceptions.ts';
import { spreadOffsetMs } from '../../schedules/spread.ts';
import { JobCompletedError, UnreadableScheduleError } from '../job-errors.ts';
import { readableSchedule } from '../job-schedule.ts';
import type { Job } from '../job.ts';
import {
  ExceptionNotFoundError,
  ExceptionPastError,
  TooManyExceptionsError,
} from './exception-errors.ts';

/** What a user asks for; `at` names an occurrence as the schedule does, or as it is due. */
export interface WantedException {
  action: Exception['action'];
  at: Date;
  to: Date | null;
  reason: string | null;
}

/** Exceptions of a job that may still matter. */
export const MAX_OPEN = 100;
/** Exceptions that are kept to be looked at when all has happened. */
const MAX_PAST = 100;
/** So that no run starts while it is being decided about, on however fast a clock. */
const LEAD_MS = 1_000;
const MAX_AHEAD_MS = 3_653 * 86_400_000;

const TOO_SOON = 'must lie at least a second ahead';
const TAKEN = 'is one of the instants of the job already';

/**
 * The exceptions of `job` with one more at the end. Its id is the revision of the job that brings
 * it: ids count up, and none comes twice. Of those that are past only the latest are kept.
 */
export function withException(job: Job, wanted: WantedException, now: Date): Exception[] {
  if (!job.isActive && !job.pausedAt) throw new JobCompletedError(job.id);
  const agenda = readableSchedule(job);
  if (!agenda) throw new UnreadableScheduleError(job.id);

  const { action, reason } = wanted;
  refuse(violationsOf(wanted, job, agenda, now));
  const kept = keptExceptions(job, now);
  const at = action === 'add' ? wanted.at : (nominalOf(job, agenda, wanted.at) as Date);
  const added: Exception = {
    id: job.revision + 1,
    action,
    at: at.toISOString(),
    to: wanted.to?.toISOString() ?? null,
    reason,
  };
  return [...kept, added];
}

/** The exception with this id, if it can still be taken back. */
export function removableException(job: Job, id: number, now: Date): Exception {
  const exception = job.exceptions.find((one) => one.id === id);
  if (!exception) throw new ExceptionNotFoundError(job.id, id);
  const isAhead = instantsOf(exception, job).every((ms) => ms >= now.getTime() + LEAD_MS);
  if (!isAhead) throw new ExceptionPastError(id);
  return exception;
}

function violationsOf(
  { action, at, to }: WantedException,
  job: Job,
  agenda: Agenda,
  now: Date,
): Violation[] {
  const flaws = {
    at: action === 'add' ? flawOfNew(at, agenda, now) : flawOfOccurrence(at, job, agenda, now),
    to: action === 'move' ? flawOfTarget(to, agenda, now) : to && 'is for a move only',
  };
  return Object.entries(flaws).flatMap(([path, message]) => (message ? [{ path, message }] : []));
}

/** What keeps an occurrence from being skipped or moved. */
function flawOfOccurrence(at: Date, job: Job, agenda: Agenda, now: Date): string | null {
  const extra = job.exceptions.find((one) => one.action !== 'skip' && isExtraAt(one, at));
  if (extra) return `is due by exception ${extra.id}: delete that instead`;

  const nominal = nominalOf(job, agenda, at);
  if (!nominal) return 'must be an instant at which the job is due';
  const left = job.exceptions.find(
    (one) => one.action !== 'add' && Date.parse(one.at) === nominal.getTime(),
  );
  if (left) return `is left out by exception ${left.id} already`;

  const effective = new Date(nominal.getTime() + spreadOf(job));
  if (effective.getTime() < now.getTime() + LEAD_MS) return TOO_SOON;
  return agenda.exclusionOf(effective)
    ? `is left out by the calendar ${job.calendar ?? ''} already`
    : null;
}

function flawOfTarget(to: Date | null, agenda: Agenda, now: Date): string | null {
  return to ? flawOfNew(to, agenda, now) : 'is required for a move';
}

/** What keeps the job from being due at an instant beside those that it has. */
function flawOfNew(instant: Date, agenda: Agenda, now: Date): string | null {
  const aheadMs = instant.getTime() - now.getTime();
  if (aheadMs < LEAD_MS) return TOO_SOON;
  if (aheadMs > MAX_AHEAD_MS) return 'must lie at most 10 years ahead';
  return agenda.has(instant) ? TAKEN : null;
}

/** The occurrence that somebody means by `at`, under the name that the schedule has for it. */
function nominalOf(job: Job, agenda: Agenda, at: Date): Date | null {
  const spreadMs = spreadOf(job);
  const asNamed = new Date(at.getTime() + spreadMs);
  const effective = [asNamed, at].find(
    (instant) =>
      agenda.has(instant) && agenda.nominalOf(instant).getTime() === instant.getTime() - spreadMs,
  );
  return effective ? agenda.nominalOf(effective) : null;
}

function isExtraAt({ at, to }: Exception, instant: Date): boolean {
  return Date.parse(to ?? at) === instant.getTime();
}

/** All that may still matter, and the latest of the others. */
function keptExceptions(job: Job, now: Date): Exception[] {
  const settledUntil = Math.min(now.getTime(), job.nextRun?.getTime() ?? Infinity);
  const isPast = (one: Exception) => Math.max(...instantsOf(one, job)) < settledUntil;
  const past = job.exceptions.filter(isPast);
  if (job.exceptions.length - past.length >= MAX_OPEN) throw new TooManyExceptionsError(MAX_OPEN);

  const forgotten = new Set(past.slice(0, -MAX_PAST));
  return job.exceptions.filter((one) => !forgotten.has(one));
}

/** When an exception takes effect, in milliseconds since 1970. */
function instantsOf({ action, at, to }: Exception, job: Job): number[] {
  const spreadMs = action === 'add' ? 0 : spreadOf(job);
  const effective = Date.parse(at) + spreadMs;
  return to === null ? [effective] : [effective, Date.parse(to)];
}

function spreadOf({ seed, spreadSeconds }: Job): number {
  return spreadOffsetMs(seed, spreadSeconds);
}
