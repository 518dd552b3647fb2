import { AppError } from '../common/errors.ts';

export class JobNotFoundError extends AppError {
  readonly code = 'JOB_NOT_FOUND';
  readonly status = 404;

  constructor(readonly job: number | string) {
    super(typeof job === 'number' ? `No job has the id ${job}` : `No job has the key ${job}`);
  }
}

/** Somebody else has changed the job since the caller read it, or there is none (`null`). */
export class RevisionMismatchError extends AppError {
  readonly code = 'REVISION_MISMATCH';
  readonly status = 412;

  constructor(readonly revision: number | null) {
    super(
      revision === null
        ? 'There is no such job, so If-Match names none of its revisions'
        : `The job has been changed: If-Match does not name its revision "${revision}"`,
    );
  }
}

/** A key names one living job; another one has it already. */
export class JobKeyTakenError extends AppError {
  readonly code = 'JOB_KEY_TAKEN';
  readonly status = 409;

  constructor(readonly key: string) {
    super(`Another job has the key ${key}`);
  }
}
