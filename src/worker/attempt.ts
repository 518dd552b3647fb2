import type { ClaimedRun } from './claims.repository.ts';

const MAX_LOG_LINES = 100;
const MAX_LINE_LENGTH = 1_000;

/** Why an attempt is ended from outside. */
export type AbortReason = 'timeout' | 'cancelled' | 'lease-lost' | 'stopping';

/** An attempt under way: what may end it early, and what its handler has said so far. */
export class Attempt {
  readonly lines: string[] = [];
  /** Whether the handler has answered; what is left is to store it. */
  ended = false;
  private readonly controller = new AbortController();

  constructor(
    readonly run: ClaimedRun,
    readonly startedAt: Date,
    readonly deadline: Date,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get abortReason(): AbortReason | undefined {
    return this.signal.aborted ? (this.signal.reason as AbortReason) : undefined;
  }

  /** Only the first reason counts. */
  abort(reason: AbortReason): void {
    this.controller.abort(reason);
  }

  /** Keeps a line, within bounds: a handler that floods harms nobody but itself. */
  log(line: string): void {
    if (this.lines.length === MAX_LOG_LINES) this.lines.push('… more lines were cut');
    if (this.lines.length > MAX_LOG_LINES) return;
    this.lines.push(String(line).slice(0, MAX_LINE_LENGTH));
  }
}
