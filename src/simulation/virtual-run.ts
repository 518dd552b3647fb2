import type { PlannedRow } from '../runs/planned-rows.ts';
import type { Run } from '../runs/run.ts';

/** What no simulation knows: who and what was involved. */
const NOBODY = {
  jobId: 0,
  namespaceId: 0,
  ordinal: 0,
  revision: null,
  worker: null,
  error: null,
  result: null,
  log: [],
  cause: null,
  queuedAt: null,
} as const;

/** A row as the planner inserts it at `now`: one to be run, or a range that has its verdict. */
export function newRun({ rangeFrom, rangeCount, ...row }: PlannedRow, now: Date): Run {
  const isRange = rangeCount !== null;
  return {
    ...NOBODY,
    ...row,
    log: [],
    status: isRange ? 'skipped' : 'planned',
    attempt: 0,
    attempts: [],
    wakeAt: isRange ? null : row.scheduledFor,
    startedAt: null,
    finishedAt: isRange ? now : null,
    rangeFrom,
    rangeTo: isRange ? row.scheduledFor : null,
    rangeCount,
  };
}

/** The latest attempt of a run, over at `now` while the run itself goes on, or is lost with it. */
export function withPast(run: Run, outcome: 'retry' | 'lost', now: Date): Run['attempts'] {
  const { attempt, startedAt } = run;
  const past = {
    attempt,
    startedAt: (startedAt as Date).toISOString(),
    finishedAt: now.toISOString(),
    outcome,
    error: null,
    worker: null,
  };
  return [...run.attempts, past];
}
