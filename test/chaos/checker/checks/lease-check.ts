import { keyOf, type ObservedChange, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';

/** What the database has seen done to the runs of a job. */
export interface LeaseCase {
  jobId: number;
  changes: readonly ObservedChange[];
  /** The only worker that has ever claimed anything in a session. */
  workerOf: ReadonlyMap<number, string>;
}

/** What a run may become; one that has its verdict is left alone. */
const NEXT: Readonly<Record<string, readonly (string | null)[]>> = {
  // Planned runs may also be withdrawn.
  planned: ['planned', 'queued', 'running', 'skipped', 'cancelled', null],
  queued: ['queued', 'running', 'skipped', 'cancelled'],
  running: ['running', 'queued', 'succeeded', 'failed', 'cancelled', 'lost'],
};

/**
 * Promise 4, by the clock of the database: who holds a run changes it before the lease ends or not
 * at all, and nobody else does in its name. Whoever takes a run away counts its fencing number up;
 * a change that leaves the number as it is comes from the holder.
 */
export function checkLeases(
  { jobId, changes, workerOf }: LeaseCase,
  { lagMs }: Tolerances,
  findings: Findings,
): void {
  for (const change of changes) {
    checkTransition(jobId, change, findings);
    const { at, from, to, fence, fence_before, lease_end, worker, session } = change;
    if (from !== 'running' || fence !== fence_before) continue;

    const words = `${keyOf(change)} became ${to} at ${text(at)}`;
    if (lease_end !== null && at > lease_end + lagMs) {
      const late = `${words}, after the lease of ${worker} had ended at ${text(lease_end)}`;
      findings.add('change after the lease', jobId, change.scheduled_for, late);
    }
    const maker = workerOf.get(session);
    if (maker !== undefined && maker !== worker) {
      const foreign = `${words} by ${maker}, while ${worker} held it`;
      findings.add('change by another worker', jobId, change.scheduled_for, foreign);
    }
  }
}

function checkTransition(jobId: number, change: ObservedChange, findings: Findings): void {
  const { from, to, fence, fence_before, scheduled_for } = change;
  const words = `${keyOf(change)} was ${from} and became ${to ?? 'nothing'}`;
  const allowed = NEXT[from];
  if (to === null && from !== 'planned') findings.add('removed', jobId, scheduled_for, words);
  else if (!allowed) findings.add('changed verdict', jobId, scheduled_for, words);
  else if (!allowed.includes(to) || fence < fence_before) {
    findings.add('impossible change', jobId, scheduled_for, `${words}, fence ${fence}`);
  }
}

/** Which worker a session belongs to, as far as its claims tell. */
export function workersBySession(changes: readonly ObservedChange[]): Map<number, string> {
  const found = new Map<number, string | null>();
  for (const { to, fence, fence_before, session, worker } of changes) {
    if (to !== 'running' || fence === fence_before || worker === null) continue;
    const known = found.get(session);
    // The number of a process that is gone is given again: then it tells nothing.
    found.set(session, known === undefined || known === worker ? worker : null);
  }
  return new Map([...found].filter((entry): entry is [number, string] => entry[1] !== null));
}
