/**
 * What a handler answers. Throwing means the same as `retry`, with the error kept.
 * Whether a retry really follows is for the job's retry policy to say.
 */
export type Outcome =
  | { kind: 'succeeded'; result?: unknown }
  | { kind: 'retry'; error: string; afterMs?: number; result?: unknown }
  | { kind: 'failed'; error: string; result?: unknown };

/** What a handler knows about the attempt that it carries out. */
export interface RunContext {
  /** Stable over all attempts of a run: the idempotency key of every delivery. */
  readonly runId: string;
  readonly jobId: number;
  readonly jobName: string;
  readonly trigger: string;
  readonly scheduledFor: Date;
  readonly startedAt: Date;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The attempt is aborted at this instant. */
  readonly deadline: Date;
  /** The run whose end has started this one, and what it answered; null when no run has. */
  readonly cause: {
    readonly runId: string;
    readonly jobId: number;
    readonly status: string;
    readonly result: unknown;
  } | null;
  /** Fires at the deadline, when the run is cancelled, and when the worker has to stop. */
  readonly signal: AbortSignal;
  /** Keeps a line with the run; long lines and many lines are cut. */
  log(line: string): void;
}

/**
 * The code behind a job type: one class for each, without state.
 * `P` is the payload once `parse` has accepted it.
 */
export interface JobHandler<P = unknown> {
  readonly type: string;

  /**
   * Checks a payload when the job is saved, and again before a run.
   * Throws `InvalidRequestError` whose paths start with `payload`.
   */
  parse(payload: unknown): P;

  run(payload: P, context: RunContext): Promise<Outcome>;
}
