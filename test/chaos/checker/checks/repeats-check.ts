import { type Delivery, keyOf, type PastAttempt, type RunRow } from '../evidence.ts';
import type { Findings } from '../findings.ts';

/** What allows another attempt. */
const REPEATABLE = ['retry', 'lost', 'handed-back'];
/** What the ledger says of an attempt that the target has answered. */
const ANSWERED = /answered \d{3}|\(status \d{3}\)/;

/**
 * Promise 3, for what has arrived with one key, in that order: attempts come once each and in
 * order, none is left out that the ledger says was answered, each but the first follows one that
 * has failed or was taken away, and all of them say the same.
 */
export function checkRepeats(
  jobId: number,
  run: RunRow,
  deliveries: readonly Delivery[],
  findings: Findings,
): void {
  if (deliveries.length === 1 && run.attempts === null && deliveries[0]?.attempt === 1) return;

  const at = run.scheduled_for;
  const past = new Map(run.attempts?.map((attempt) => [attempt.attempt, attempt]));
  checkOrder(jobId, deliveries, past, findings);
  const arrived = new Set(deliveries.map(({ attempt }) => attempt));
  for (const attempt of arrived) {
    const before = past.get(attempt - 1)?.outcome;
    if (attempt > 1 && !REPEATABLE.includes(before ?? '')) {
      const words = `attempt ${attempt} of ${keyOf(run)} follows one that was ${before ?? 'never noted'}`;
      findings.add('unexplained repeat', jobId, at, words);
    }
  }
  for (const [attempt, { outcome, error }] of past) {
    if (arrived.has(attempt) || outcome !== 'retry' || !ANSWERED.test(error ?? '')) continue;
    const words = `attempt ${attempt} of ${keyOf(run)} was answered and has not arrived: ${error}`;
    findings.add('attempt not delivered', jobId, at, words);
  }
  checkSameness(jobId, run, deliveries, findings);
}

/** One that was lost may have been on its way for as long as its worker stood still. */
function checkOrder(
  jobId: number,
  deliveries: readonly Delivery[],
  past: ReadonlyMap<number, PastAttempt>,
  findings: Findings,
): void {
  const seen = new Set<number>();
  let latest = 0;
  for (const { key, attempt, dueAt } of deliveries) {
    const name = `attempt ${attempt} of ${key}`;
    if (seen.has(attempt)) {
      findings.add('delivered twice', jobId, dueAt, `${name} has arrived before`);
    } else if (attempt < latest && past.get(attempt)?.outcome !== 'lost') {
      findings.add('attempts out of order', jobId, dueAt, `${name} comes after a later one`);
    }
    seen.add(attempt);
    latest = Math.max(latest, attempt);
  }
}

/** Attempts of one run with the same payload have the same body, and always the same message id. */
function checkSameness(
  jobId: number,
  run: RunRow,
  deliveries: readonly Delivery[],
  findings: Findings,
): void {
  const [first] = deliveries;
  const bodies = new Map<string | null, string | undefined>();
  for (const { attempt, marker, bodyHash, messageId } of deliveries) {
    const name = `attempt ${attempt} of ${keyOf(run)}`;
    if (messageId !== first?.messageId) {
      const words = `${name} is message ${messageId}, the first one ${first?.messageId}`;
      findings.add('changed message', jobId, run.scheduled_for, words);
    }
    if (bodies.has(marker) && bodies.get(marker) !== bodyHash) {
      findings.add('changed body', jobId, run.scheduled_for, `${name} has another body`);
    }
    bodies.set(marker, bodyHash);
  }
}
