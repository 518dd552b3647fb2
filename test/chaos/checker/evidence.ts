/*
 * What the checker judges by. All times are milliseconds since 1970 by the clock of the database,
 * unless they say otherwise; rows have the names of their tables and columns.
 */

/** A job as an answer shows it, in the form of the API. */
export interface ShownJob {
  id: number;
  schedule: string;
  isActive: boolean;
  revision: number;
  createdAt: string;
  updatedAt: string;
  /** See `markerOf`. */
  marker: string | null;
}

/** A request and its answer. */
export interface Answer {
  /** What was asked for; `trigger`, `bulk trigger`, `bulk …` and `delete` mean something here. */
  operation: string;
  /** The jobs that it was about; of a bulk operation those that it has not failed for. */
  jobIds: number[];
  sentAt: number;
  answeredAt: number;
  status: number;
  /** The revision that was reached for certain when the answer came; null where it says nothing. */
  revision: number | null;
  job: ShownJob | null;
  /** Of a trigger: the run that was queued. */
  runId: string | null;
}

/** A request as it has arrived at the target. */
export interface Delivery {
  /** The idempotency key. */
  key: string;
  attempt: number;
  /** The instant that it is for, as the request says. */
  dueAt: number;
  marker: string | null;
  arrivedAt: number;
  /** The job that the request names; left out where nobody looked. */
  jobId?: number;
  /** Equal for equal bodies; left out where nobody looked. */
  bodyHash?: string;
  /** What names the message beside the key, where requests carry such a thing. */
  messageId?: string;
}

/** Something that was done to the service, or to what it lives on. */
export interface Fault {
  kind: string;
  /** To whom, in words. */
  target: string;
  from: number;
  /** Equal to `from` for what is over in a moment. */
  to: number;
  /** The number of the process that it takes runs away from. */
  pid?: number;
}

/** A row of the table `jobs`, as far as it matters here. */
export interface JobRow {
  id: number;
  is_active: boolean;
  next_run: number | null;
  created_at: number;
  deleted_at: number | null;
}

/** A row of the table `job_revisions`. */
export interface RevisionRow {
  job_id: number;
  revision: number;
  action: string;
  actor: string;
  at: number;
  definition: Definition;
}

/** What a revision says of its job, as far as it matters here. Instants are text, as in JSON. */
export interface Definition {
  type: string;
  schedule: string;
  timezone: string;
  startAt: string | null;
  endAt: string | null;
  maxRuns: number | null;
  spreadSeconds: number;
  isActive: boolean;
  pausedUntil: string | null;
  autoPauseAfter: number | null;
  overlap: string;
  missed: { policy: string; maxAgeSeconds: number; maxCount: number };
  exceptions: { action: string; at: string; to: string | null }[];
  /** See `markerOf`. */
  marker: string | null;
}

/** A row of the table `runs`. */
export interface RunRow {
  job_id: number;
  scheduled_for: number;
  ordinal: number;
  status: string;
  trigger: string;
  reason: string | null;
  attempt: number;
  revision: number | null;
  started_at: number | null;
  finished_at: number | null;
  /** Those before the latest one. */
  attempts: PastAttempt[] | null;
  range_from: number | null;
  range_count: number | null;
}

/** An attempt that another one has followed. */
export interface PastAttempt {
  attempt: number;
  /** ISO 8601, like the other. */
  startedAt: string;
  finishedAt: string;
  /** `retry`, `lost` or `handed-back`. */
  outcome: string;
  error: string | null;
  worker: string | null;
}

/** A change of a row of `runs`, noted by the database in the moment in which it was made. */
export interface ObservedChange {
  at: number;
  job_id: number;
  scheduled_for: number;
  ordinal: number;
  from: string;
  /** Null: the row was deleted. */
  to: string | null;
  /** The fencing number before and after; the same for who holds the run. */
  fence_before: number;
  fence: number;
  /** When the lease of the run was to end, before the change; null for a run that had none. */
  lease_end: number | null;
  /** Number of the attempt after the change. */
  attempt: number;
  /** Who was to carry out the run: after a claim the claimer, otherwise who had it before. */
  worker: string | null;
  /** The session that made the change: the process number of its backend. */
  session: number;
}

/** All that is known of what has happened: by the clients, by the ledger, and by the target. */
export interface Evidence {
  answers: Answer[];
  /** Up to a moment before the rows were read. */
  deliveries: Delivery[];
  jobs: JobRow[];
  revisions: RevisionRow[];
  runs: RunRow[];
  /** In the order in which they were made; empty where nobody watched. */
  changes: ObservedChange[];
  faults: Fault[];
  /** What was due up to here must have its verdict. */
  settledUntil: number;
  /**
   * When jobs are due, in order, where the checker cannot tell by itself. Holds all instants up to
   * and including the first one after `settledUntil` and after the last row, if there is one.
   */
  dueOverride?: ReadonlyMap<number, readonly number[]>;
}

/** How exact clocks and networks are, in milliseconds. */
export interface Tolerances {
  /** Between two readings of clocks that agree. */
  clockMs: number;
  /** How far the clock of an instance may lag behind that of the database. */
  lagMs: number;
  /** From the claim of a run, for which edits wait, to the start that the ledger tells of. */
  startMs: number;
  /** How long a request may be on its way to the target. */
  deliveryMs: number;
}

/** What tells the payloads of a job apart: a header of that name in the requests that it sends. */
export function markerOf(payload: unknown): string | null {
  const { headers } = (payload ?? {}) as { headers?: { marker?: string } };
  return headers?.marker ?? null;
}

/** The idempotency key that belongs to a row. */
export function keyOf({
  job_id,
  scheduled_for,
  ordinal,
}: Pick<RunRow, 'job_id' | 'scheduled_for' | 'ordinal'>): string {
  const occurrence = `${job_id}-${scheduled_for}`;
  return ordinal === 0 ? occurrence : `${occurrence}-${ordinal}`;
}

/** When the first attempt of a run began; Infinity for one that has never been started. */
export function firstStart({ attempts, started_at }: RunRow): number {
  const first = attempts?.[0]?.startedAt;
  return first === undefined ? (started_at ?? Infinity) : new Date(first).getTime();
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
