import type { ScheduleFields } from '../../jobs/job-schedule.ts';
import type { Agenda } from '../../schedules/agenda.ts';
import { WIDEST_SHIFT } from '../../schedules/zones/timeline.ts';

/** What has to be known of a job whose next instant was stored by other zone data. */
export type StoredJob = ScheduleFields & {
  id: number;
  /** The first instant that is not planned, by those data. */
  nextRun: Date | null;
  updatedAt: Date;
};

/** A run that is planned and has not started. */
export interface PlannedRun {
  scheduledFor: Date;
  /** The instant that the schedule names, where that is another one. */
  nominalFor: Date | null;
  /** Why it will be skipped, if it will. */
  reason: string | null;
}

/** When zone data came into force, and what time it is. */
export interface Moments {
  since: Date;
  now: Date;
}

/** What becomes of a job. */
export interface Alignment {
  jobId: number;
  nextRun: Date | null;
  /** Whether that is another one than before. */
  isMoved: boolean;
  /** Runs for instants that are not due any more. */
  withdrawn: Date[];
  /** Runs that are to be planned again: after others, or for another reason. */
  removed: Date[];
}

const WIDEST_SHIFT_MS = WIDEST_SHIFT * 1_000;

/**
 * Brings one job in line with the zone data in use, which are in force `since` a moment ago. They
 * look forward only: what they make due before that moment does not fire. What had come by then
 * and was not started is owed: it is planned again by the new data, as late as it is.
 */
export class Realignment {
  readonly withdrawn: Date[];
  /** The earliest instant that is owed; null when nothing is. */
  readonly owedFrom: Date | null;
  private readonly outdated: Date[];
  private readonly kept: Date[];

  constructor(
    readonly job: StoredJob,
    private readonly agenda: Agenda,
    planned: readonly PlannedRun[],
    private readonly moments: Moments,
  ) {
    const due = planned.filter(({ scheduledFor }) => agenda.has(scheduledFor));
    this.withdrawn = instantsOf(planned.filter((run) => !due.includes(run)));
    this.outdated = instantsOf(due.filter((run) => this.isOutdated(run)));
    this.kept = instantsOf(due.filter((run) => !this.isOutdated(run)));
    this.owedFrom = this.firstOwed();
  }

  /**
   * Whether there is anything to do. A job without a next instant whose runs stay is none of ours:
   * its last one is planned, or the reconciler goes on from the last one.
   */
  get isNeeded(): boolean {
    return this.job.nextRun !== null || this.withdrawn.length + this.outdated.length > 0;
  }

  /**
   * Up to where the job is settled: nothing before is looked at.
   * @param lastRow the last instant before `owedFrom` that has a row.
   */
  settledUntil(lastRow: Date | null): Date {
    const { owedFrom, job, moments } = this;
    if (!owedFrom) return latest(job.updatedAt, moments.since);
    // What the new data have in the place of the last row is nearer to it than to what is owed.
    const halfWay = lastRow && (lastRow.getTime() + owedFrom.getTime()) / 2;
    // That row may have been forgotten. What is owed can have moved by one shift at most.
    const within = owedFrom.getTime() - WIDEST_SHIFT_MS;
    return latest(job.updatedAt, new Date(Math.max(within, halfWay ?? within)));
  }

  /** @param rows the instants after `settledUntil` that have rows. */
  outcome(settledUntil: Date, rows: readonly Date[]): Alignment {
    const { agenda, job, withdrawn, outdated, kept } = this;
    const taken = new Set(rows.map((at) => at.getTime()));
    for (const at of outdated) taken.delete(at.getTime());
    let nextRun = agenda.next(settledUntil);
    while (nextRun && taken.has(nextRun.getTime())) nextRun = agenda.next(nextRun);

    const first = nextRun;
    // A planner takes it that nothing later than the next instant is planned.
    const early = first ? kept.filter((at) => at > first) : [];
    const isMoved = nextRun?.getTime() !== job.nextRun?.getTime();
    return { jobId: job.id, nextRun, isMoved, withdrawn, removed: [...outdated, ...early] };
  }

  /** Still ahead, and planned as something that it is no longer. */
  private isOutdated({ scheduledFor, nominalFor, reason }: PlannedRun): boolean {
    if (scheduledFor <= this.moments.now) return false;
    const nominal = this.agenda.nominalOf(scheduledFor).getTime();
    return (
      nominal !== (nominalFor ?? scheduledFor).getTime() ||
      reason !== this.agenda.exclusionOf(scheduledFor)
    );
  }

  private firstOwed(): Date | null {
    const unstarted = [...this.withdrawn, ...(this.job.nextRun ? [this.job.nextRun] : [])];
    const owed = unstarted.filter((at) => at <= this.moments.since);
    return owed.reduce<Date | null>((a, b) => (a && a <= b ? a : b), null);
  }
}

function instantsOf(runs: readonly PlannedRun[]): Date[] {
  return runs.map(({ scheduledFor }) => scheduledFor);
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
