import { checkAnswers } from './checks/answers-check.ts';
import { Attestations } from './attestations.ts';
import { longestGap } from './calendar.ts';
import { type CaseFile, caseFiles } from './case-file.ts';
import { checkDeliveries, latestOldMs } from './checks/deliveries-check.ts';
import { dueInstants } from './due.ts';
import type { Evidence, Tolerances } from './evidence.ts';
import { Findings, type Report } from './findings.ts';
import { checkLedger } from './checks/ledger-check.ts';
import { checkLife } from './checks/life-check.ts';
import { checkOverlap } from './checks/overlap-check.ts';
import { checkStarts } from './checks/starts-check.ts';
import { type Term, termsOf } from './terms.ts';
import { checkTriggers } from './checks/triggers-check.ts';

/** What was checked. */
export interface Totals {
  jobs: number;
  revisions: number;
  /** Due instants, pauses included. */
  instants: number;
  rows: number;
  answers: number;
  deliveries: number;
  /** How long after another payload was known the last of an old one arrived. */
  latestOldMs: number;
}

/**
 * Holds what a ledger says against what clients have asked for and what targets have received. It
 * shares no code with the service, and needs memory for one job at a time beside the evidence.
 */
export function check(evidence: Evidence, tolerances: Tolerances): Report & { totals: Totals } {
  const findings = new Findings();
  const totals: Totals = {
    jobs: 0,
    revisions: 0,
    instants: 0,
    rows: 0,
    answers: evidence.answers.length,
    deliveries: 0,
    latestOldMs: 0,
  };
  for (const { operation, status, jobIds, sentAt } of evidence.answers) {
    const words = `a ${operation} was answered with ${status}`;
    if (status >= 500) findings.add('server error', jobIds[0] ?? 0, sentAt, words);
  }
  for (const file of caseFiles(evidence)) checkJob(file, evidence, tolerances, findings, totals);
  return { ...findings.report, totals };
}

function checkJob(
  file: CaseFile,
  { settledUntil }: Evidence,
  tolerances: Tolerances,
  findings: Findings,
  totals: Totals,
): void {
  const { jobId, row, runs, answers, deliveries } = file;
  const attestations = Attestations.of(file, tolerances);
  const terms = termsOf(file, attestations);
  const due = dueInstants(terms, horizon(file, terms, settledUntil));

  checkAnswers(file, attestations, tolerances, findings);
  checkLedger({ jobId, due, runs, settledUntil }, findings);
  checkStarts({ jobId, terms, runs }, tolerances, findings);
  checkOverlap(file, tolerances, findings);
  checkDeliveries({ jobId, terms, runs, deliveries, settledUntil }, tolerances, findings);
  checkTriggers({ jobId, answers, runs, settledUntil }, findings);
  if (row) checkLife({ row, terms, due, runs, settledUntil }, findings);

  totals.jobs += 1;
  totals.revisions += file.revisions.length;
  totals.instants += due.filter(({ at }) => at <= settledUntil).length;
  totals.rows += runs.length;
  totals.deliveries += deliveries.length;
  totals.latestOldMs = Math.max(totals.latestOldMs, latestOldMs(file, terms));
}

/** Later than all that has a row, and than the instant that comes next. */
function horizon({ runs, row }: CaseFile, terms: readonly Term[], settledUntil: number): number {
  const rule = terms.at(-1)?.rule;
  const latest = runs.reduce(
    (last, run) => Math.max(last, run.scheduled_for.getTime()),
    Math.max(settledUntil, row?.next_run?.getTime() ?? 0),
  );
  return latest + (rule ? longestGap(rule) : 0);
}
