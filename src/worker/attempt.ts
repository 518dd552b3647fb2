import type { ClaimedRun } from './judge-claims.ts';

const MAX_LOG_LINES = 100;
const MAX_LINE_LENGTH = 1_000;

/** Why an attempt is ended from outside. */
export type AbortReason = 'timeout' | 'cancelled' | 'lease-lost' | 'stopping';

/** An attempt under way: what may end it early, and what its handler has said so far. */
export class Attempt {
  readonly lines: string[] = [];
  /** Whether the handler has answered; what is left is to store it. */
  ended = false;
  /** Made when somebody asks for its signal: most handlers end before anybody does. */
  private controller: AbortController | undefined;
  private reason: AbortReason | undefined;
  private onAbort: (() => void) | undefined;

  constructor(
    readonly run: ClaimedRun,
    readonly startedAt: Date,
    readonly deadline: Date,
  ) {}

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.reason) this.controller.abort(this.reason);
    return this.controller.signal;
  }

  get abortReason(): AbortReason | undefined {
    return this.reason;
  }

  /** Only the first reason counts. */
  abort(reason: AbortReason): void {
    if (this.reason) return;
    this.reason = reason;
    this.controller?.abort(reason);
    this.onAbort?.();
  }

  /** Has one listener told when the attempt is ended from outside, or at once if it was. */
  whenAborted(listener: () => void): void {
    if (this.reason) listener();
    else this.onAbort = listener;
  }

  /** Keeps a line, within bounds: a handler that floods harms nobody but itself. */
  log(line: string): void {
    if (this.lines.length === MAX_LOG_LINES) this.lines.push('… more lines were cut');
    if (this.lines.length > MAX_LOG_LINES) return;
    this.lines.push(String(line).slice(0, MAX_LINE_LENGTH));
  }
}
