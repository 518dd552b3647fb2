import { PriorityQueue } from '../common/priority-queue.ts';
import type { Run } from '../runs/run.ts';

interface WakeUp {
  at: Date;
  run: Run;
}

/**
 * When runs want to be looked at, by their `wakeAt`. A run that is to wake at another instant is
 * added again; the wake-up from before is passed over, since the run says otherwise by then.
 */
export class WakeUps {
  private readonly queue = new PriorityQueue<WakeUp>(goesBefore);

  add(run: Run): void {
    if (run.wakeAt) this.queue.add({ at: run.wakeAt, run });
  }

  get earliest(): Date | null {
    while (this.queue.first && !isCurrent(this.queue.first)) this.queue.take();
    return this.queue.first?.at ?? null;
  }

  /** Takes out what wants to wake at or before `now`, in order of time, and then of instant. */
  takeUpTo(now: Date): Run[] {
    const runs = new Set<Run>();
    for (let at = this.earliest; at && at <= now; at = this.earliest) {
      runs.add((this.queue.take() as WakeUp).run);
    }
    return [...runs];
  }
}

function isCurrent({ at, run }: WakeUp): boolean {
  return run.wakeAt?.getTime() === at.getTime();
}

function goesBefore(one: WakeUp, other: WakeUp): boolean {
  const difference = one.at.getTime() - other.at.getTime();
  return difference < 0 || (difference === 0 && one.run.scheduledFor < other.run.scheduledFor);
}
