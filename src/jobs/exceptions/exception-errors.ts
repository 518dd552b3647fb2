import { AppError } from '../../common/errors.ts';

export class ExceptionNotFoundError extends AppError {
  readonly code = 'EXCEPTION_NOT_FOUND';
  readonly status = 404;

  constructor(
    readonly jobId: number,
    readonly exceptionId: number,
  ) {
    super(`The job ${jobId} has no exception ${exceptionId}`);
  }
}

/** What it says has happened already, at least in part. */
export class ExceptionPastError extends AppError {
  readonly code = 'EXCEPTION_PAST';
  readonly status = 409;

  constructor(readonly exceptionId: number) {
    super(`The exception ${exceptionId} cannot be taken back: its instants do not all lie ahead`);
  }
}

export class TooManyExceptionsError extends AppError {
  readonly code = 'TOO_MANY_EXCEPTIONS';
  readonly status = 409;

  constructor(readonly limit: number) {
    super(`A job has at most ${limit} exceptions that lie ahead`);
  }
}
