import type { PlannedRow } from '../runs/planned-rows.ts';
import type { Run } from '../runs/run.ts';

/** A row as the planner inserts it at `now`: one to be run, or a range that has its verdict. */
export function newRun(row: PlannedRow, now: Date): Run {
  const isRange = row.rangeCount !== null;
  // Field by field: there may be thousands, and copying objects of this size takes its time.
  return {
    jobId: 0,
    namespaceId: 0,
    scheduledFor: row.scheduledFor,
    ordinal: 0,
    nominalFor: row.nominalFor,
    trigger: row.trigger,
    cause: null,
    status: isRange ? 'skipped' : 'planned',
    reason: row.reason,
    revision: null,
    attempt: 0,
    attempts: [],
    wakeAt: isRange ? null : row.scheduledFor,
    queuedAt: null,
    startedAt: null,
    finishedAt: isRange ? now : null,
    worker: null,
    error: null,
    result: null,
    log: [],
    rangeFrom: row.rangeFrom,
    rangeTo: isRange ? row.scheduledFor : null,
    rangeCount: row.rangeCount,
  };
}

/** Keeps the latest attempt of a run, which is over at `now`, beside it. */
export function keepAttempt(run: Run, outcome: 'retry' | 'lost', now: Date): void {
  run.attempts.push({
    attempt: run.attempt,
    startedAt: (run.startedAt as Date).toISOString(),
    finishedAt: now.toISOString(),
    outcome,
    error: null,
    worker: null,
  });
}
