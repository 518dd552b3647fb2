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

/** A request and its answer. Times are milliseconds since 1970, by the clock of the database. */
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
}

/** A row of the table `jobs`, as far as it matters here. */
export interface JobRow {
  id: number;
  is_active: boolean;
  next_run: Date | null;
  created_at: Date;
  deleted_at: Date | null;
}

/** A row of the table `job_revisions`. */
export interface RevisionRow {
  job_id: number;
  revision: number;
  actor: string;
  at: Date;
  definition: {
    schedule: string;
    startAt: string | null;
    isActive: boolean;
    pausedUntil: string | null;
    overlap: string;
    payload: unknown;
    exceptions: { action: string; at: string; to: string | null }[];
  };
}

/** A row of the table `runs`. */
export interface RunRow {
  job_id: number;
  scheduled_for: Date;
  ordinal: number;
  status: string;
  trigger: string;
  reason: string | null;
  attempt: number;
  revision: number | null;
  started_at: Date | null;
  finished_at: Date | null;
  /** Those before the latest one. */
  attempts: { startedAt: string }[] | null;
  range_from: Date | null;
  range_count: number | null;
}

/** All that is known of what has happened: by the clients, by the ledger, and by the target. */
export interface Evidence {
  answers: Answer[];
  /** Up to a moment before the rows were read. */
  deliveries: Delivery[];
  jobs: JobRow[];
  revisions: RevisionRow[];
  runs: RunRow[];
  /** What was due up to here must have its verdict. */
  settledUntil: number;
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
export function keyOf({ job_id, scheduled_for, ordinal }: RunRow): string {
  const occurrence = `${job_id}-${scheduled_for.getTime()}`;
  return ordinal === 0 ? occurrence : `${occurrence}-${ordinal}`;
}

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
