import { type Answer, keyOf, type RunRow } from '../evidence.ts';
import type { Findings } from '../findings.ts';

/** Starts by hand of a job, as they were asked for and as they stand in the ledger. */
export interface TriggersCase {
  jobId: number;
  /** Whether somebody has kept a record of requests. */
  isRecorded: boolean;
  answers: readonly Answer[];
  runs: readonly RunRow[];
  settledUntil: number;
}

/** What may become of a start by hand without its being carried out. */
const REFUSED = ['overlap', 'deleted', 'replaced'];

/** Promise 5: every trigger that was answered runs exactly once, and nothing else does by hand. */
export function checkTriggers(
  { jobId, isRecorded, answers, runs, settledUntil }: TriggersCase,
  findings: Findings,
): void {
  const manual = new Map(
    runs.filter(({ trigger }) => trigger === 'manual').map((run) => [keyOf(run), run]),
  );
  const asked = new Set(answers.flatMap(({ runId }) => runId ?? []));
  for (const key of asked) {
    const run = manual.get(key);
    if (!run) findings.add('lost trigger', jobId, null, `${key} is not in the ledger`);
  }
  for (const [key, run] of manual) {
    const at = run.scheduled_for;
    const isRefused = REFUSED.includes(run.reason ?? '');
    if (at <= settledUntil && run.attempt === 0 && !isRefused) {
      const words = `${key} has never started: ${run.status} (${run.reason})`;
      findings.add('lost trigger', jobId, at, words);
    }
  }
  if (!isRecorded) return;
  const inBulk = answers.filter(({ operation }) => operation === 'bulk trigger').length;
  const nameless = [...manual.keys()].filter((key) => !asked.has(key));
  if (nameless.length < inBulk) {
    const words = `${inBulk} bulk triggers have left ${nameless.length} runs`;
    findings.add('lost trigger', jobId, null, words);
  }
  if (nameless.length > inBulk) {
    const words = `${nameless.join(', ')}: only ${inBulk} were triggered by bulk operations`;
    findings.add('unasked trigger', jobId, null, words);
  }
}
