import type { AppError } from '../../common/errors.ts';

/** Why one of many jobs was not changed. */
export interface BulkFailure {
  id: number;
  code: string;
  message: string;
}

export interface BulkResult {
  /** Jobs that there were. */
  matched: number;
  done: number;
  /** Those that were so already. */
  unchanged: number;
  failedCount: number;
  /** The first of them, in order of id. */
  failed: BulkFailure[];
}

/** Jobs that an answer names, of however many. */
export const MAX_LISTED = 100;
/** Statuses that say that the fault is not the client's. */
const OUR_SIDE = 500;
/** Failures that nobody has foreseen, after which nothing else is tried: the fault is with us. */
const MAX_UNEXPECTED = 10;

/** Counts what becomes of many jobs. */
export class BulkOutcome {
  private done = 0;
  private unchanged = 0;
  private unexpected = 0;
  private readonly failures: BulkFailure[] = [];

  constructor(private readonly matched: number) {}

  get isHopeless(): boolean {
    return this.unexpected >= MAX_UNEXPECTED;
  }

  get result(): BulkResult {
    const { matched, done, unchanged, failures } = this;
    const failed = failures.sort((one, other) => one.id - other.id).slice(0, MAX_LISTED);
    return { matched, done, unchanged, failedCount: failures.length, failed };
  }

  succeed(isChange: boolean): void {
    if (isChange) this.done += 1;
    else this.unchanged += 1;
  }

  /** @param error null where it is nothing that a client should see. */
  fail(id: number, error: AppError | null): void {
    if (!error || error.status >= OUR_SIDE) this.unexpected += 1;
    const { code, message } = error ?? {
      code: 'INTERNAL_ERROR',
      message: 'Something went wrong on our side',
    };
    this.failures.push({ id, code, message });
  }

  /** Not even tried. */
  giveUp(id: number): void {
    const message = 'Not tried: too much went wrong on our side before';
    this.failures.push({ id, code: 'UNAVAILABLE', message });
  }
}
