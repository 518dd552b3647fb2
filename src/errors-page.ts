import {
  CalendarExistsError,
  CalendarInUseError,
  CalendarNotFoundError,
} from './calendars/calendar-errors.ts';
import type { AppError } from './common/errors.ts';
import { InvalidRequestError } from './common/errors.ts';
import { CODES } from './common/problem.ts';
import { DatabaseUnavailableError, ServiceStartingError } from './common/unavailable.ts';
import {
  IdempotencyAnswerLostError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
} from './idempotency/idempotency-errors.ts';
import {
  ExceptionNotFoundError,
  ExceptionPastError,
  TooManyExceptionsError,
} from './jobs/exceptions/exception-errors.ts';
import {
  JobCompletedError,
  JobIdsExhaustedError,
  JobInChainError,
  JobKeyTakenError,
  JobNotFoundError,
  RevisionMismatchError,
  UnreadableScheduleError,
} from './jobs/job-errors.ts';
import { RevisionNotFoundError } from './jobs/revisions/revision-errors.ts';
import {
  JobDeletedError,
  RunCoversRangeError,
  RunFinishedError,
  RunNotFinishedError,
  RunNotFoundError,
} from './runs/run-errors.ts';

/** One of each kind. */
const EXAMPLES: AppError[] = [
  new InvalidRequestError([{ path: 'name', message: 'is required' }]),
  new JobNotFoundError(42),
  new JobKeyTakenError('nightly'),
  new JobInChainError(42, [7, 9]),
  new JobIdsExhaustedError(),
  new RevisionMismatchError(3),
  new RevisionNotFoundError(42, 3),
  new JobCompletedError(42),
  new UnreadableScheduleError(42),
  new ExceptionNotFoundError(42, 7),
  new ExceptionPastError(7),
  new TooManyExceptionsError(100),
  new CalendarNotFoundError('holidays'),
  new CalendarExistsError('holidays'),
  new CalendarInUseError('holidays', [7, 9], 2),
  new RunNotFoundError('42-1764061200000'),
  new RunFinishedError('42-1764061200000', 'succeeded'),
  new RunNotFinishedError('42-1764061200000', 'running'),
  new RunCoversRangeError('42-1764061200000', 60),
  new JobDeletedError(42),
  new IdempotencyKeyReusedError('order-7'),
  new IdempotencyInProgressError('order-7'),
  new IdempotencyAnswerLostError('order-7', 'lost'),
  new DatabaseUnavailableError(),
  new ServiceStartingError(),
];

/** `docs/errors.md`: every code that an answer can carry. */
export function errorsPage(): string {
  const own = EXAMPLES.map(({ code, status, message }) => [code, status, message] as const);
  const ownCodes = new Set(own.map(([code]) => code));
  const general = Object.entries(CODES)
    .filter(([, code]) => !ownCodes.has(code))
    .map(([status, code]) => [code, Number(status), ''] as const);
  const rows = [...own, ...general]
    .sort(([a, s], [b, t]) => s - t || a.localeCompare(b))
    .map(([code, status, example]) => `| \`${code}\` | ${status} | ${example} |`);

  return `# Errors

Every error answer is \`application/problem+json\` (RFC 9457) with \`type\`, \`title\`, \`status\`, \`code\`,
\`detail\`, \`requestId\`, and \`errors[{ path, message }]\` where fields are to blame. Codes are stable;
texts are for people and may change. Generated from the code.

| code | status | example of a detail |
| --- | --- | --- |
${rows.join('\n')}
`;
}
