import { AppError } from '../common/errors.ts';

export class RunNotFoundError extends AppError {
  readonly code = 'RUN_NOT_FOUND';
  readonly status = 404;

  constructor(readonly run: string) {
    super(`No run has the id ${run}`);
  }
}

/** Asked for the history of a job that never existed. */
export class UnknownJobError extends AppError {
  readonly code = 'JOB_NOT_FOUND';
  readonly status = 404;

  constructor(readonly jobId: number) {
    super(`No job has the id ${jobId}`);
  }
}
