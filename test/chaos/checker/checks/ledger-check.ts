import { type DueInstant, firstFrom } from '../terms/due.ts';
import { keyOf, type RunRow } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';

/** Instants of a job, and the rows that stand for them. */
export interface LedgerCase {
  jobId: number;
  due: readonly DueInstant[];
  runs: readonly RunRow[];
  settledUntil: number;
}

const OPEN = ['planned', 'queued', 'running'];

/**
 * Promises 1 and 2: each due instant is in exactly one row or range, and nothing else is; a pause
 * that is over is in ranges; what is settled has its verdict.
 */
export function checkLedger(ledger: LedgerCase, findings: Findings): void {
  const { jobId, due, runs, settledUntil } = ledger;
  const times = new Uint32Array(due.length);
  for (const run of runs) {
    const at = run.scheduled_for;
    if (at <= settledUntil && OPEN.includes(run.status)) {
      findings.add('open', jobId, at, `${keyOf(run)} is still ${run.status}`);
    }
    if (run.ordinal === 0) cover(ledger, run, times, findings);
  }
  for (const [index, { at, term }] of due.entries()) {
    const covered = times[index] as number;
    const isOptional = at > settledUntil || term.isOpenPause;
    if (covered > 1) findings.add('doubled', jobId, at, `is accounted for ${covered} times`);
    if (covered === 0 && !isOptional) {
      const words = `due by revision ${term.revision} (${term.rule.schedule}, ${term.state})`;
      findings.add('missing', jobId, at, words);
    }
  }
}

/** Counts the instants that a row stands for, and holds it against them. */
function cover(
  { jobId, due }: LedgerCase,
  run: RunRow,
  times: Uint32Array,
  findings: Findings,
): void {
  const to = run.scheduled_for;
  const from = run.range_from ?? to;
  const [first, end] = [firstFrom(due, from), firstFrom(due, to + 1)];

  if (due[first]?.at !== from || due[end - 1]?.at !== to) {
    const words = `${keyOf(run)} (${run.status}) stands where nothing is due, from ${text(from)}`;
    return findings.add('phantom', jobId, to, words);
  }
  if (end - first !== (run.range_count ?? 1)) {
    const words = `the range from ${text(from)} counts ${run.range_count} of ${end - first}`;
    findings.add('miscounted range', jobId, to, words);
  }
  for (let index = first; index < end; index += 1) {
    times[index] = (times[index] ?? 0) + 1;
    judge(jobId, due[index] as DueInstant, run, findings);
  }
}

function judge(
  jobId: number,
  { at, term, isLeftOut }: DueInstant,
  run: RunRow,
  findings: Findings,
): void {
  const isPauseRange = run.range_count !== null && run.reason === 'paused';
  if (term.state === 'paused' && !isPauseRange) {
    const words = `${keyOf(run)} is ${run.status} (${run.reason}) in a pause`;
    findings.add('pause without a range', jobId, at, words);
  }
  if (run.attempt > 0 ? isLeftOut : run.reason === 'exception' && !isLeftOut) {
    const words = `${keyOf(run)} is ${run.status} and ${isLeftOut ? 'is' : 'is not'} an exception`;
    findings.add('wrong exception', jobId, at, words);
  }
}
