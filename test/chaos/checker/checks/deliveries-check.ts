import type { CaseFile } from '../case-file.ts';
import { type Delivery, keyOf, type RunRow } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import { grouped } from '../grouped.ts';
import { checkRepeats } from './repeats-check.ts';

/** What a target has received for a job. */
export interface DeliveriesCase extends Pick<
  CaseFile,
  'jobId' | 'revisions' | 'runs' | 'deliveries'
> {
  settledUntil: number;
}

/**
 * Promises 2 and 3, by the target: each attempt arrives at most once and belongs to a run that was
 * started, each `http` run that has succeeded has arrived, and who sees several attempts of a run
 * can tell that they are the same.
 */
export function checkDeliveries(
  { jobId, revisions, runs, deliveries, settledUntil }: DeliveriesCase,
  findings: Findings,
): void {
  const isHttp = revisions.some(({ definition }) => definition.type === 'http');
  if (deliveries.length === 0 && !isHttp) return;

  const arrived = grouped(deliveries, ({ key }) => key);
  for (const run of runs) {
    const key = keyOf(run);
    const ofRun = (arrived.get(key) ?? []).sort(byArrival);
    arrived.delete(key);
    if (ofRun.length > 0) checkRun(jobId, run, ofRun, findings);
    if (isHttp && run.scheduled_for <= settledUntil) checkSuccess(jobId, run, ofRun, findings);
  }
  for (const [key, { length, 0: first }] of arrived) {
    const words = `${length} with the key ${key} have arrived, the ledger has no such run`;
    findings.add('delivery without run', jobId, first?.dueAt ?? null, words);
  }
}

function byArrival(one: Delivery, other: Delivery): number {
  return one.arrivedAt - other.arrivedAt;
}

function checkSuccess(
  jobId: number,
  run: RunRow,
  deliveries: readonly Delivery[],
  findings: Findings,
): void {
  const isThere = deliveries.some(({ attempt }) => attempt === run.attempt);
  if (run.status !== 'succeeded' || isThere) return;
  const words = `${keyOf(run)} succeeded with attempt ${run.attempt}, which has not arrived`;
  findings.add('not delivered', jobId, run.scheduled_for, words);
}

/** Holds what has arrived with one key against the row that the key names. */
function checkRun(
  jobId: number,
  run: RunRow,
  deliveries: readonly Delivery[],
  findings: Findings,
): void {
  const at = run.scheduled_for;
  for (const { key, attempt, dueAt, jobId: named = jobId } of deliveries) {
    const name = `attempt ${attempt} of ${key}`;
    if (attempt > run.attempt) {
      const words = `${name} has arrived, the ledger has ${run.attempt}`;
      findings.add('delivery without run', jobId, at, words);
    }
    if (dueAt !== at) {
      findings.add('wrong instant', jobId, at, `${name} says that it is for ${text(dueAt)}`);
    }
    if (named !== jobId) {
      findings.add('foreign key', jobId, at, `${name} says that it is of job ${named}`);
    }
  }
  checkRepeats(jobId, run, deliveries, findings);
}
