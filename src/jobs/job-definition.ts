import { InvalidRequestError, type Violation } from '../common/errors.ts';
import { parseInstant } from '../common/instant.ts';
import type { JobFactory } from '../scheduler/jobs/job-factory.ts';
import { DEFAULT_DST } from '../schedules/dst-policy.ts';
import { DEFAULT_MISSED } from '../schedules/missed.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import type { CreateJobDto } from './dto/create-job.dto.ts';
import type { UpdateJobDto } from './dto/update-job.dto.ts';
import type { Resolved } from './chain-references.ts';
import { scheduleOf } from './job-schedule.ts';
import { isRescheduled } from './job-change.ts';
import type { Job, JobDefinition } from './job.ts';
import { DEFAULT_RETRY, DEFAULT_TIMEOUT_MS } from './retry-policy.ts';

const BLANK: Omit<JobDefinition, 'name' | 'schedule'> = {
  key: null,
  description: null,
  type: 'log',
  payload: null,
  timezone: 'UTC',
  dst: DEFAULT_DST,
  startAt: null,
  endAt: null,
  maxRuns: null,
  spreadSeconds: 0,
  calendar: null,
  missed: DEFAULT_MISSED,
  overlap: 'skip',
  retry: DEFAULT_RETRY,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  priority: 0,
  autoPauseAfter: null,
  onSuccess: [],
  onFailure: [],
  onFinish: [],
  labels: {},
  isActive: true,
};

/** The definition that a new job gets: what the user left out has its default. */
export function newDefinition(input: Resolved<CreateJobDto>): JobDefinition {
  return merge({ ...BLANK, name: input.name, schedule: input.schedule }, input);
}

/** The definition after a patch: objects are merged field by field, `labels` are replaced. */
export function patchedDefinition(
  current: JobDefinition,
  patch: Resolved<UpdateJobDto>,
): JobDefinition {
  return merge(current, patch);
}

function merge(current: JobDefinition, input: Resolved<UpdateJobDto>): JobDefinition {
  return {
    key: given(input.key, current.key),
    name: input.name ?? current.name,
    description: given(input.description, current.description),
    type: input.type ?? current.type,
    payload: given(input.payload, current.payload),
    schedule: input.schedule ?? current.schedule,
    timezone: input.timezone ?? current.timezone,
    dst: { ...current.dst, ...input.dst },
    startAt: given(instantOf(input.startAt), current.startAt),
    endAt: given(instantOf(input.endAt), current.endAt),
    maxRuns: given(input.maxRuns, current.maxRuns),
    spreadSeconds: input.spreadSeconds ?? current.spreadSeconds,
    calendar: given(input.calendar, current.calendar),
    missed: { ...current.missed, ...input.missed },
    overlap: input.overlap ?? current.overlap,
    retry: { ...current.retry, ...input.retry },
    timeoutMs: input.timeoutMs ?? current.timeoutMs,
    priority: input.priority ?? current.priority,
    autoPauseAfter: given(input.autoPauseAfter, current.autoPauseAfter),
    onSuccess: input.onSuccess ?? current.onSuccess,
    onFailure: input.onFailure ?? current.onFailure,
    onFinish: input.onFinish ?? current.onFinish,
    labels: input.labels ?? current.labels,
    isActive: input.isActive ?? current.isActive,
  };
}

function given<T>(value: T | undefined, otherwise: T): T {
  return value === undefined ? otherwise : value;
}

function instantOf(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? parseInstant(text) : text;
}

/** What a definition is judged by, beside itself: the job, as it is or as it will be made. */
export type Owner = Pick<Job, 'createdAt' | 'seed' | 'exceptions' | 'runCount'> & {
  /** The job as it is stored; null for a new one. */
  before: Job | null;
};

/** Refuses a definition whose parts do not fit: all that no single field's rule can see. */
export function checkDefinition(
  definition: JobDefinition,
  factory: JobFactory,
  owner: Owner,
  now: Date,
): void {
  const { before } = owner;
  // One whose last instant is here, and has not started yet, may still get a new name.
  const goesOn = before?.isActive === true && !isRescheduled(before, { ...before, ...definition });
  const violations = [
    ...scheduleViolations(definition, owner, definition.isActive && !goesOn ? now : null),
    ...violationsOf(() => factory.for(definition.type).parse(definition.payload ?? undefined)),
  ];
  if (violations.length > 0) throw new InvalidRequestError(violations);
}

/** @param now null when it does not matter whether there are instants ahead. */
export function scheduleViolations(
  definition: JobDefinition,
  { createdAt, seed, exceptions, runCount }: Omit<Owner, 'before'>,
  now: Date | null,
): Violation[] {
  const { startAt, endAt, maxRuns } = definition;
  if (startAt && endAt && endAt < startAt) {
    return [{ path: 'endAt', message: 'must not lie before startAt' }];
  }
  if (now && maxRuns !== null && runCount >= maxRuns) {
    const message = `must be greater than ${runCount}: so many occurrences have been started`;
    return [{ path: 'maxRuns', message }];
  }
  try {
    const schedule = scheduleOf({
      ...definition,
      createdAt,
      seed,
      exceptions,
      calendarRules: null,
    });
    if (now && !schedule.next(now)) {
      return [{ path: 'schedule', message: 'has no instant ahead: an active job needs one' }];
    }
    return [];
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    return [{ path: error.field, message: error.message }];
  }
}

function violationsOf(check: () => unknown): readonly Violation[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.violations;
    throw error;
  }
}
