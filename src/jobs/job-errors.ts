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

/** Ids are integers, and each is given out once. What there is goes on. */
export class JobIdsExhaustedError extends AppError {
  readonly code = 'JOB_IDS_EXHAUSTED';
  readonly status = 409;

  constructor() {
    super('No job can be created any more: all ids up to 2147483647 have been given out');
  }
}

/** Other jobs start this one; tells some of them. */
export class JobInChainError extends AppError {
  readonly code = 'JOB_IN_CHAIN';
  readonly status = 409;

  constructor(
    readonly jobId: number,
    readonly starters: readonly number[],
  ) {
    const jobs = starters.length === 1 ? 'job' : 'jobs';
    super(
      `The job ${jobId} is started by the ${jobs} ${starters.join(', ')}: change or delete these first`,
    );
  }
}

/** Its schedule is over: no exception can bring it back. */
export class JobCompletedError extends AppError {
  readonly code = 'JOB_COMPLETED';
  readonly status = 409;

  constructor(readonly jobId: number) {
    super(`The schedule of job ${jobId} is over: give it another one instead`);
  }
}

/** It was accepted once; the zone data have dropped its zone since, say. */
export class UnreadableScheduleError extends AppError {
  readonly code = 'SCHEDULE_UNREADABLE';
  readonly status = 409;

  constructor(readonly jobId: number) {
    super(`The schedule of job ${jobId} cannot be read any more: mend it first`);
  }
}
