/** Where a run stands. The last five are verdicts: nothing leaves them. */
export const RUN_STATUSES = [
  'planned',
  'queued',
  'running',
  'succeeded',
  'failed',
  'skipped',
  'cancelled',
  'lost',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * The only place that says how a run may go on. `planned` rows may also be removed again, which
 * is no transition: an edit has made their instant one that is not due.
 */
const TRANSITIONS: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  // A planned run becomes claimable by the passing of time; it need not stop in the queue.
  planned: ['queued', 'running', 'skipped', 'cancelled'],
  queued: ['running', 'skipped', 'cancelled'],
  // Back to the queue: a retry, a lost worker, or a worker that hands back while stopping.
  running: ['queued', 'succeeded', 'failed', 'cancelled', 'lost'],
  succeeded: [],
  failed: [],
  skipped: [],
  cancelled: [],
  lost: [],
};

export function canBecome(from: RunStatus, to: RunStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states from which a run may become `to`: what an SQL statement has to ask for. */
export function sourcesOf(to: RunStatus): RunStatus[] {
  return RUN_STATUSES.filter((from) => canBecome(from, to));
}

export function isFinal(status: RunStatus): boolean {
  return TRANSITIONS[status].length === 0;
}
