import { firstStart, keyOf, type RunRow, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import type { Term } from '../terms/terms.ts';

/** Runs of a job, and what was in force when. */
export interface StartsCase {
  jobId: number;
  terms: readonly Term[];
  runs: readonly RunRow[];
}

/**
 * Promise 5, by the ledger: nothing starts before its instant, from a definition that was known to
 * be over, or in a pause; nothing starts for an instant that had passed when the schedule began.
 */
export function checkStarts(
  { jobId, terms, runs }: StartsCase,
  tolerances: Tolerances,
  findings: Findings,
): void {
  const byRevision = new Map(terms.map((term) => [term.revision, term]));
  for (const run of runs) {
    if (run.attempt === 0 || run.started_at === null) continue;
    const term = byRevision.get(run.revision ?? 0);
    const since = term && byRevision.get(term.since);
    if (term && since) checkStart(jobId, { run, term, since }, tolerances, findings);
    else {
      const words = `${keyOf(run)} ran from revision ${run.revision}, which there is none`;
      findings.add('contradiction', jobId, run.scheduled_for, words);
    }
  }
}

function checkStart(
  jobId: number,
  { run, term, since }: { run: RunRow; term: Term; since: Term },
  { clockMs, startMs }: Tolerances,
  findings: Findings,
): void {
  const at = run.scheduled_for;
  const startedAt = run.started_at ?? Infinity;
  const first = firstStart(run);
  const name = `${keyOf(run)} (attempt ${run.attempt}, revision ${term.revision})`;

  if (first < at - clockMs) findings.add('early', jobId, at, `${name} at ${text(first)}`);
  if (startedAt > term.overAt + startMs) {
    const words = `${name} started at ${text(startedAt)}, a later one was known ${text(term.overAt)}`;
    findings.add('old definition', jobId, at, words);
  }
  if (run.ordinal > 0) return;
  if (term.state === 'paused' || term.state === 'deleted') {
    findings.add('started in a pause', jobId, at, `${name} at ${text(startedAt)}`);
  }
  // Another attempt of what had begun before may well be started from a later definition.
  if (run.attempt === 1 && at <= since.from) {
    const words = `${name} is for an instant before the schedule began, at ${text(since.from)}`;
    findings.add('past', jobId, at, words);
  }
}
