import { type Delivery, keyOf, type RunRow, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import { grouped } from '../grouped.ts';
import type { Term } from '../terms.ts';

/** What a target has received for a job. */
export interface DeliveriesCase {
  jobId: number;
  terms: readonly Term[];
  runs: readonly RunRow[];
  deliveries: readonly Delivery[];
  settledUntil: number;
}

/**
 * Promises 2 and 5, by the target: each attempt arrives at most once and belongs to a run that was
 * started, each run that has succeeded has arrived, and nothing arrives long after its payload was
 * known to be another one.
 */
export function checkDeliveries(
  { jobId, terms, runs, deliveries, settledUntil }: DeliveriesCase,
  tolerances: Tolerances,
  findings: Findings,
): void {
  const arrived = grouped(deliveries, ({ key }) => key);
  const rows = new Map(runs.map((run) => [keyOf(run), run]));
  for (const [key, ofRun] of arrived) checkRun(jobId, rows.get(key), ofRun, findings);
  for (const [key, run] of rows) {
    if (run.scheduled_for.getTime() > settledUntil) continue;
    const isThere = arrived.get(key)?.some(({ attempt }) => attempt === run.attempt) ?? false;
    if (run.status === 'succeeded' && !isThere) {
      const words = `${key} succeeded with attempt ${run.attempt}, which has not arrived`;
      findings.add('not delivered', jobId, run.scheduled_for.getTime(), words);
    }
  }
  const byMarker = grouped(terms, ({ marker }) => marker);
  for (const delivery of deliveries) {
    const isOccurrence = rows.get(delivery.key)?.ordinal === 0;
    const candidates = (byMarker.get(delivery.marker) ?? []).filter(
      ({ state }) => state === 'active' || !isOccurrence,
    );
    checkPayload(jobId, delivery, candidates, tolerances, findings);
  }
}

/** Holds the deliveries with one key against the row that the key names. */
function checkRun(
  jobId: number,
  run: RunRow | undefined,
  deliveries: readonly Delivery[],
  findings: Findings,
): void {
  const at = deliveries[0]?.dueAt ?? null;
  const attempts = new Set<number>();
  for (const { key, attempt, dueAt } of deliveries) {
    const name = `attempt ${attempt} of ${key}`;
    if (!run || attempt > run.attempt) {
      const words = `${name} has arrived, the ledger has ${run ? run.attempt : 'no such run'}`;
      findings.add('delivery without run', jobId, at, words);
    }
    if (run && dueAt !== run.scheduled_for.getTime()) {
      findings.add('wrong instant', jobId, at, `${name} says that it is for ${text(dueAt)}`);
    }
    if (attempts.has(attempt)) {
      findings.add('delivered twice', jobId, at, `${name} has arrived before`);
    } else if (attempt < Math.max(...attempts)) {
      findings.add('attempts out of order', jobId, at, `${name} comes after a later one`);
    }
    attempts.add(attempt);
  }
}

/** @param candidates when the payload was in force; for an occurrence, while the job was active. */
function checkPayload(
  jobId: number,
  { key, attempt, dueAt, marker, arrivedAt }: Delivery,
  candidates: readonly Term[],
  { deliveryMs }: Tolerances,
  findings: Findings,
): void {
  const name = `attempt ${attempt} of ${key} with payload ${marker}`;
  const overAt = Math.max(...candidates.map((term) => term.overAt));
  if (candidates.length === 0) {
    findings.add('unknown payload', jobId, dueAt, `${name}: never was the payload when it was due`);
  } else if (arrivedAt > overAt + deliveryMs) {
    const words = `${name} arrived ${text(arrivedAt)}, another one was known ${text(overAt)}`;
    findings.add('old payload', jobId, dueAt, words);
  }
}

/** How long after another payload was known the last of the old one arrived, in milliseconds. */
export function latestOldMs(
  { deliveries }: Pick<DeliveriesCase, 'deliveries'>,
  terms: readonly Term[],
): number {
  const overAt = new Map<string | null, number>();
  for (const term of terms) {
    overAt.set(term.marker, Math.max(term.overAt, overAt.get(term.marker) ?? -Infinity));
  }
  return deliveries.reduce(
    (latest, { arrivedAt, marker }) =>
      Math.max(latest, arrivedAt - (overAt.get(marker) ?? Infinity)),
    0,
  );
}
