import type { CaseFile } from '../case-file.ts';
import { type Delivery, keyOf, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';
import { grouped } from '../grouped.ts';
import type { Term } from '../terms/terms.ts';

/** What a target has received for a job, and what was in force when. */
export interface PayloadsCase extends Pick<CaseFile, 'jobId' | 'runs' | 'deliveries'> {
  terms: readonly Term[];
}

/** Promise 5, by the target: nothing arrives long after its payload was known to be another one. */
export function checkPayloads(
  { jobId, terms, runs, deliveries }: PayloadsCase,
  tolerances: Tolerances,
  findings: Findings,
): void {
  if (deliveries.length === 0) return;
  const byMarker = grouped(terms, ({ definition }) => definition.marker);
  const occurrences = new Set(runs.filter(({ ordinal }) => ordinal === 0).map((run) => keyOf(run)));
  for (const delivery of deliveries) {
    const isOccurrence = occurrences.has(delivery.key);
    const candidates = (byMarker.get(delivery.marker) ?? []).filter(
      ({ state }) => state === 'active' || state === 'ended' || !isOccurrence,
    );
    checkPayload(jobId, delivery, candidates, tolerances, findings);
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
export function latestOldMs({ deliveries, terms }: PayloadsCase): number {
  const overAt = new Map<string | null, number>();
  for (const { definition, overAt: at } of terms) {
    overAt.set(definition.marker, Math.max(at, overAt.get(definition.marker) ?? -Infinity));
  }
  return deliveries.reduce(
    (latest, { arrivedAt, marker }) =>
      Math.max(latest, arrivedAt - (overAt.get(marker) ?? Infinity)),
    0,
  );
}
