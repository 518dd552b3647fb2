import type { CaseFile } from '../case-file.ts';
import { firstStart, keyOf, type ObservedChange, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';

type OverlapCase = Pick<CaseFile, 'jobId' | 'revisions' | 'runs' | 'changes'>;

/** Runs that make up for instants of the past wait their turn whatever the policy is. */
const CATCHING_UP = ['missed', 'backfill'];

/**
 * Unless overlaps are allowed a job has one active run at a time: active from its first start to
 * its verdict, whoever carries it out, and whether it is an occurrence or was started by hand. With
 * the policy `queue` one more may wait. Where the database was watched, its word is exact.
 */
export function checkOverlap(file: OverlapCase, tolerances: Tolerances, findings: Findings): void {
  const policies = new Set(file.revisions.map(({ definition }) => definition.overlap));
  if (policies.has('allow')) return;
  if (file.changes.length === 0) return checkLedger(file, tolerances, findings);
  const isQueue = policies.size === 1 && policies.has('queue');
  checkChanges(file, isQueue, findings);
}

function checkChanges(
  { jobId, runs, changes }: OverlapCase,
  isQueue: boolean,
  findings: Findings,
): void {
  const catchingUp = new Set(
    runs.filter(({ trigger }) => CATCHING_UP.includes(trigger)).map((run) => keyOf(run)),
  );
  const [active, waiting] = [new Set<string>(), new Set<string>()];
  for (const change of changes) {
    const key = keyOf(change);
    if (!isActive(change)) active.delete(key);
    else if (!active.has(key)) {
      const [other] = active;
      const words = `${key} becomes active at ${text(change.at)}, while ${other} is`;
      if (other !== undefined) findings.add('overlapping', jobId, change.scheduled_for, words);
      active.add(key);
    }
    if (!isWaiting(change)) waiting.delete(key);
    else if (!waiting.has(key) && !catchingUp.has(key) && change.from !== 'running') {
      const [other] = waiting;
      const words = `${key} waits from ${text(change.at)} on, and ${other} does already`;
      if (isQueue && other !== undefined) {
        findings.add('queue too long', jobId, change.scheduled_for, words);
      }
      waiting.add(key);
    }
  }
}

/** Under way, or between two attempts. */
function isActive({ to, attempt }: ObservedChange): boolean {
  return to === 'running' || (to === 'queued' && attempt > 0);
}

/**
 * Nothing but the end of another run keeps what is due and was never started in the queue, unless
 * it was given back.
 */
function isWaiting({ to, attempt }: ObservedChange): boolean {
  return to === 'queued' && attempt === 0;
}

/** By the ledger alone: what its clocks tell of starts and ends. */
function checkLedger(
  { jobId, runs }: OverlapCase,
  { lagMs }: Tolerances,
  findings: Findings,
): void {
  const active = runs
    .filter(({ attempt }) => attempt > 0)
    .map((run) => ({ run, from: firstStart(run), to: run.finished_at ?? Infinity }))
    .sort((one, other) => one.from - other.from);
  let [before] = active;
  for (const { run, from, to } of active.slice(1)) {
    if (before && from < before.to - lagMs) {
      const words = `${keyOf(run)} starts while ${keyOf(before.run)} is active until ${text(before.to)}`;
      findings.add('overlapping', jobId, from, words);
    }
    if (!before || to > before.to) before = { run, from, to };
  }
}
