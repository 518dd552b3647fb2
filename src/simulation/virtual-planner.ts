import { scheduleOf } from '../jobs/job-schedule.ts';
import { plannedRows } from '../runs/planned-rows.ts';
import type { Agenda } from '../schedules/agenda.ts';
import { outageBefore, planJob } from '../schedules/plan-job.ts';
import type { Scenario } from './scenario.ts';
import type { VirtualLedger } from './virtual-ledger.ts';

/** Plans one job as the planner does. */
export class VirtualPlanner {
  private readonly agenda: Agenda;
  private nextRun: Date | null;

  constructor(
    private readonly scenario: Scenario,
    private readonly ledger: VirtualLedger,
  ) {
    this.agenda = scheduleOf(scenario.job);
    this.nextRun = this.agenda.next(scenario.from);
  }

  /** When there is something to plan again; null for never. */
  get wakeAt(): Date | null {
    return this.nextRun && new Date(this.nextRun.getTime() - this.scenario.planAheadMs);
  }

  /** Plans all that is due at `now`, unless the ledger becomes full; rests after each plan. */
  *plan(now: Date): Generator<void> {
    const horizon = new Date(now.getTime() + this.scenario.planAheadMs);
    while (this.nextRun && this.nextRun <= horizon && !this.ledger.isFull) {
      const isOverdue = this.nextRun <= outageBefore(now);
      const nextRun = (isOverdue ? this.ledger.takeBack() : null) ?? this.nextRun;
      const policy = this.scenario.job.missed;
      const plan = planJob({ schedule: this.agenda, policy, nextRun, now, horizon });
      for (const row of plannedRows(plan)) this.ledger.insert(row, now);
      this.nextRun = plan.next;
      yield;
    }
  }

  /** The job is completed. */
  stop(now: Date): void {
    this.nextRun = null;
    this.ledger.withdrawPlanned(now);
  }
}
