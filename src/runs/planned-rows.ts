import type { OccurrencePlan } from '../schedules/missed.ts';
import type { SkippedRange } from '../schedules/skipped-range.ts';
import type { Run, SkipReason } from './run.ts';

/** A row of the ledger as it is planned: an occurrence, or a range of instants that are skipped. */
export interface PlannedRow extends Pick<Run, 'scheduledFor' | 'nominalFor' | 'trigger'> {
  /** Known before its time for what will not be run. */
  reason: SkipReason | null;
  /** Set for a range only, whose last instant is `scheduledFor`. */
  rangeFrom: Date | null;
  rangeCount: number | null;
}

/**
 * One row for each occurrence of a plan, and one for all those that it skips.
 * @param ranges what it skips in parts, where rows of other occurrences lie in between.
 */
export function plannedRows(
  { due, skipped }: OccurrencePlan,
  ranges: readonly SkippedRange[] = skipped ? [skipped] : [],
): PlannedRow[] {
  const rows: PlannedRow[] = due.map(({ scheduledFor, nominal, trigger, exclusion }) => ({
    scheduledFor,
    nominalFor: nominal.getTime() === scheduledFor.getTime() ? null : nominal,
    trigger,
    reason: exclusion,
    rangeFrom: null,
    rangeCount: null,
  }));
  return [...rows, ...ranges.map(rangeRow)];
}

function rangeRow({ from, to, count }: SkippedRange): PlannedRow {
  const range = { scheduledFor: to, nominalFor: null, rangeFrom: from, rangeCount: count };
  return { ...range, trigger: 'schedule', reason: 'missed' };
}
