import { longestGap } from '../calendar.ts';
import { type DueInstant, firstFrom } from '../due.ts';
import type { JobRow, RunRow } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import type { Term } from '../terms.ts';

/** A job as it was at the end. */
export interface LifeCase {
  row: JobRow;
  terms: readonly Term[];
  /** Beyond the last row of the ledger by a few periods. */
  due: readonly DueInstant[];
  runs: readonly RunRow[];
  settledUntil: number;
}

const PERIODS = 2;

/**
 * Promise 6: an active job has a next instant, which is the first one that the ledger does not hold
 * yet, and its latest row is not old; a pause that has an end has ended.
 */
export function checkLife(life: LifeCase, findings: Findings): void {
  const { row, terms, settledUntil } = life;
  const term = terms.at(-1);
  if (!term || term.state === 'deleted') return;
  if (term.state === 'paused') {
    const end = term.pausedUntil;
    if (end === null || end > settledUntil) return;
    return findings.add('endless pause', row.id, end, 'the pause was to end, and goes on');
  }
  checkLatestRow(life, term, findings);
  checkNextInstant(life, term, findings);
}

function checkLatestRow({ row, runs, settledUntil }: LifeCase, term: Term, findings: Findings) {
  const since = settledUntil - PERIODS * longestGap(term.rule);
  const latest = latestRow(runs);
  if (latest < since && term.from < since) {
    const words = `its latest row is for ${text(latest)}, more than ${PERIODS} periods ago`;
    findings.add('dead schedule', row.id, latest, words);
  }
}

function checkNextInstant({ row, due, runs }: LifeCase, term: Term, findings: Findings) {
  const next = row.next_run?.getTime() ?? null;
  if (!row.is_active || next === null) {
    return findings.add('dead schedule', row.id, null, 'it is active and has no next instant');
  }
  const after = Math.max(latestRow(runs), term.from);
  const expected = due[firstFrom(due, after + 1)]?.at ?? Infinity;
  if (next !== expected) {
    const words = `${text(next)} is the next instant, and the first without a row ${text(expected)}`;
    findings.add('wrong next instant', row.id, next, words);
  }
}

function latestRow(runs: readonly RunRow[]): number {
  return runs.reduce(
    (latest, { ordinal, scheduled_for }) =>
      ordinal === 0 ? Math.max(latest, scheduled_for.getTime()) : latest,
    -Infinity,
  );
}
