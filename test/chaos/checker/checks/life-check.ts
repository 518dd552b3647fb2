import { nextInstant } from '../terms/calendar.ts';
import { type DueInstant, firstFrom } from '../terms/due.ts';
import type { JobRow, RunRow } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import type { Term } from '../terms/terms.ts';

/** A job as it was at the end. */
export interface LifeCase {
  row: JobRow;
  terms: readonly Term[];
  /** Up to the last row of the ledger at the least. */
  due: readonly DueInstant[];
  runs: readonly RunRow[];
  settledUntil: number;
}

/** So many instants without a row make a schedule a dead one. */
const SIGNS_OF_DEATH = 2;

/**
 * Promise 6: an active job has a next instant, which is the first one that the ledger does not hold
 * yet, and its latest row is not old; a pause that has an end has ended; a schedule that was ended
 * is never due again.
 */
export function checkLife(life: LifeCase, findings: Findings): void {
  const { row, terms, settledUntil } = life;
  const term = terms.at(-1);
  if (term?.state === 'paused') {
    const end = term.pausedUntil;
    if (end === null || end > settledUntil) return;
    return findings.add('endless pause', row.id, end, 'the pause was to end, and goes on');
  }
  if (term?.state === 'ended') return checkEnd(row, term, findings);
  if (term?.state !== 'active') return;
  checkLatestRow(life, findings);
  checkNextInstant(life, term, findings);
}

/** A job that has had as many starts as it may have ends before its schedule does. */
function checkEnd({ id }: JobRow, term: Term, findings: Findings): void {
  const next = firstDue(term, term.from);
  if (next === Infinity || term.definition.maxRuns !== null) return;
  findings.add('dead schedule', id, next, `was ended at ${text(term.from)}, and is due again`);
}

function checkLatestRow({ row, due, runs, settledUntil }: LifeCase, findings: Findings): void {
  const latest = latestRow(runs);
  const since = firstFrom(due, latest + 1);
  const without = firstFrom(due, settledUntil + 1) - since;
  if (without >= SIGNS_OF_DEATH) {
    const words = `its latest row is for ${text(latest)}, ${without} instants ago`;
    findings.add('dead schedule', row.id, latest, words);
  }
}

function checkNextInstant({ row, runs }: LifeCase, term: Term, findings: Findings): void {
  const expected = firstDue(term, Math.max(latestRow(runs), term.from));
  if (!row.is_active || (row.next_run === null && expected !== Infinity)) {
    return findings.add('dead schedule', row.id, null, 'it is active and has no next instant');
  }
  const next = row.next_run ?? Infinity;
  if (next !== expected) {
    const words = `${text(next)} is the next instant, and the first without a row ${text(expected)}`;
    findings.add('wrong next instant', row.id, next, words);
  }
}

function firstDue({ rule, added }: Term, after: number): number {
  return Math.min(nextInstant(rule, after), ...added.filter((at) => at > after));
}

function latestRow(runs: readonly RunRow[]): number {
  return runs.reduce(
    (latest, { ordinal, scheduled_for }) =>
      ordinal === 0 ? Math.max(latest, scheduled_for) : latest,
    -Infinity,
  );
}
