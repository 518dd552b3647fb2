import { AppError } from '../common/errors.ts';

/** The key has come with another request before. */
export class IdempotencyKeyReusedError extends AppError {
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly status = 422;

  constructor(readonly key: string) {
    super(`The Idempotency-Key ${key} came with another path or body before`);
  }
}

/** The same request is being carried out at this moment. */
export class IdempotencyInProgressError extends AppError {
  readonly code = 'IDEMPOTENCY_IN_PROGRESS';
  readonly status = 409;

  constructor(readonly key: string) {
    super(`The request with the Idempotency-Key ${key} is under way: send it again in a moment`);
  }
}

/** The same request has had its effect, and nobody knows any more what the answer was. */
export class IdempotencyAnswerLostError extends AppError {
  readonly code = 'IDEMPOTENCY_ANSWER_LOST';
  readonly status = 409;

  constructor(
    readonly key: string,
    reason: 'lost' | 'too large to be kept',
  ) {
    super(
      `The request with the Idempotency-Key ${key} has been carried out; its answer was ${reason}`,
    );
  }
}
