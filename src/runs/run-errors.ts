import { AppError } from '../common/errors.ts';
import type { RunStatus } from './run-state.ts';

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

/** A verdict is never left. */
export class RunFinishedError extends AppError {
  readonly code = 'RUN_FINISHED';
  readonly status = 409;

  constructor(
    readonly run: string,
    verdict: RunStatus,
  ) {
    super(`The run ${run} is over: ${verdict}`);
  }
}

export class RunNotFinishedError extends AppError {
  readonly code = 'RUN_NOT_FINISHED';
  readonly status = 409;

  constructor(
    readonly run: string,
    state: RunStatus,
  ) {
    super(`The run ${run} is not over yet: ${state}`);
  }
}

/** Which of its instants should be run? */
export class RunCoversRangeError extends AppError {
  readonly code = 'RUN_COVERS_RANGE';
  readonly status = 409;

  constructor(
    readonly run: string,
    count: number,
  ) {
    super(`The row ${run} stands for ${count} instants that were skipped: backfill them instead`);
  }
}

/** The runs of a deleted job can be read, and no more. */
export class JobDeletedError extends AppError {
  readonly code = 'JOB_DELETED';
  readonly status = 409;

  constructor(readonly jobId: number) {
    super(`The job ${jobId} has been deleted: nothing of it can be started`);
  }
}
