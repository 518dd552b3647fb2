/** One thing that is wrong with a request: where it is, and what would be right. */
export interface Violation {
  /** Dotted path into the body, or the name of a query or path parameter. */
  path: string;
  message: string;
}

/**
 * An error the caller can act on. Code and status are part of the API's promise; the message
 * is for people and may change.
 */
export abstract class AppError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** What is wrong in the request, field by field; empty where no single field is to blame. */
  readonly violations: readonly Violation[] = [];

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Something in the request is not acceptable: names every field and its limit. */
export class InvalidRequestError extends AppError {
  readonly code = 'INVALID_REQUEST';
  readonly status = 400;

  constructor(override readonly violations: readonly Violation[]) {
    super(violations.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
}
