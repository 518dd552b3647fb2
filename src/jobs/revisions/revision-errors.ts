import { AppError } from '../../common/errors.ts';

export class RevisionNotFoundError extends AppError {
  readonly code = 'REVISION_NOT_FOUND';
  readonly status = 404;

  constructor(
    readonly jobId: number,
    readonly revision: number,
  ) {
    super(`The job ${jobId} has no revision ${revision}`);
  }
}
