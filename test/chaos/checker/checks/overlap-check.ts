import { keyOf, type RevisionRow, type RunRow, type Tolerances } from '../evidence.ts';
import { type Findings, text } from '../findings.ts';

/** Runs of a job, and all definitions that it has had. */
export interface OverlapCase {
  jobId: number;
  revisions: readonly RevisionRow[];
  runs: readonly RunRow[];
}

/**
 * Unless overlaps are allowed a job has one active run at a time: active from its first start to
 * its verdict, whoever carries it out, and whether it is an occurrence or was started by hand.
 */
export function checkOverlap(
  { jobId, revisions, runs }: OverlapCase,
  { lagMs }: Tolerances,
  findings: Findings,
): void {
  if (revisions.some(({ definition }) => definition.overlap === 'allow')) return;

  const active = runs
    .filter(({ attempt }) => attempt > 0)
    .map((run) => ({ run, from: firstStart(run), to: run.finished_at?.getTime() ?? Infinity }))
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

function firstStart({ attempts, started_at }: RunRow): number {
  const first = attempts?.[0]?.startedAt;
  return first === undefined ? (started_at?.getTime() ?? 0) : new Date(first).getTime();
}
