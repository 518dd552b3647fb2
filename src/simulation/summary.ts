import type { RunStatus } from '../runs/run-state.ts';
import type { Run } from '../runs/run.ts';

/** How many occurrences have this status, for this reason. */
export interface Count {
  status: RunStatus;
  reason: string | null;
  count: number;
}

/** Counts occurrences: a range of them by their number. The most frequent come first. */
export function countsOf(runs: readonly Run[]): Count[] {
  const counts = new Map<string, Count>();
  for (const { status, reason, rangeCount } of runs) {
    const key = `${status} ${reason ?? ''}`;
    const known = counts.get(key) ?? { status, reason, count: 0 };
    counts.set(key, { ...known, count: known.count + (rangeCount ?? 1) });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count);
}
