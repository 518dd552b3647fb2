import { InvalidRequestError, type Violation } from '../common/errors.ts';
import { parseInstant } from '../common/instant.ts';
import type { JobFactory } from '../scheduler/jobs/job-factory.ts';
import { DEFAULT_DST } from '../schedules/dst-policy.ts';
import { ScheduleError } from '../schedules/schedule-error.ts';
import type { CreateJobDto } from './dto/create-job.dto.ts';
import type { UpdateJobDto } from './dto/update-job.dto.ts';
import { scheduleOf } from './job-schedule.ts';
import { isRescheduled } from './job-change.ts';
import type { JobDefinition } from './job.ts';
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
  retry: DEFAULT_RETRY,
  timeoutMs: DEFAULT_TIMEOUT_MS,
  labels: {},
  isActive: true,
};

/** The definition that a new job gets: what the user left out has its default. */
export function newDefinition(input: CreateJobDto): JobDefinition {
  return merge({ ...BLANK, name: input.name, schedule: input.schedule }, input);
}

/** The definition after a patch: objects are merged field by field, `labels` are replaced. */
export function patchedDefinition(current: JobDefinition, patch: UpdateJobDto): JobDefinition {
  return merge(current, patch);
}

function merge(current: JobDefinition, input: UpdateJobDto): JobDefinition {
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
    retry: { ...current.retry, ...input.retry },
    timeoutMs: input.timeoutMs ?? current.timeoutMs,
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

/**
 * Refuses a definition whose parts do not fit: all that no single field's rule can see.
 * @param createdAt where an interval starts when nothing else says so.
 * @param before what the job was until now, if it is there already.
 */
export function checkDefinition(
  definition: JobDefinition,
  factory: JobFactory,
  { createdAt, now, before }: { createdAt: Date; now: Date; before?: JobDefinition },
): void {
  // One whose last instant is here, and has not started yet, may still get a new name.
  const goesOn = before?.isActive === true && !isRescheduled(before, definition);
  const violations = [
    ...scheduleViolations(definition, createdAt, goesOn ? null : now),
    ...violationsOf(() => factory.for(definition.type).parse(definition.payload ?? undefined)),
  ];
  if (violations.length > 0) throw new InvalidRequestError(violations);
}

/** @param now null when it does not matter whether there are instants ahead. */
function scheduleViolations(
  definition: JobDefinition,
  createdAt: Date,
  now: Date | null,
): Violation[] {
  const { startAt, endAt } = definition;
  if (startAt && endAt && endAt < startAt) {
    return [{ path: 'endAt', message: 'must not lie before startAt' }];
  }
  try {
    const schedule = scheduleOf({ ...definition, createdAt });
    if (definition.isActive && now && !schedule.next(now)) {
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
