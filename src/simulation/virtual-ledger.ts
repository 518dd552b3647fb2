import { PriorityQueue } from '../common/priority-queue.ts';
import { isCatchUp } from '../runs/due-run.ts';
import type { PlannedRow } from '../runs/planned-rows.ts';
import { type Run, WAITING } from '../runs/run.ts';
import type { LivingRuns } from '../schedules/overlap.ts';
import { MAX_ROWS, MAX_STEPS } from './limits.ts';
import { newRun } from './virtual-run.ts';
import { WakeUps } from './wake-ups.ts';

/**
 * The ledger of one job, in memory. It stands for the repositories of the engine: each method does
 * what one of their statements does. Every change of a run goes through `change`, which keeps what
 * is living at hand, so that nothing here looks at all there is.
 */
export class VirtualLedger {
  private readonly rows = new Set<Run>();
  /** Occurrences that are planned ahead of their time; what catches up is due at once. */
  private readonly planned = new Set<Run>();
  private readonly running = new Set<Run>();
  private readonly retrying = new Set<Run>();
  /** Those that are held back and do not catch up. */
  private readonly held = new Set<Run>();
  /** All that are, or were, held back: whose turn is next. */
  private readonly turns = new PriorityQueue<Run>(isOlder);
  private readonly starts = new WakeUps();
  private readonly ends = new WakeUps();
  private taken = 0;

  /** Steps that have been taken so far. */
  get steps(): number {
    return this.taken;
  }

  /** Whether it has cost as many steps as it may. */
  get isExhausted(): boolean {
    return this.taken >= MAX_STEPS;
  }

  /** Whether it takes no more: the rows, or the steps, are as many as they may be. */
  get isFull(): boolean {
    return this.rows.size >= MAX_ROWS || this.isExhausted;
  }

  /** The rows up to an instant, oldest first, and no more than it may hold. */
  rowsUpTo(instant: Date): Run[] {
    return [...this.rows]
      .filter(({ scheduledFor }) => scheduledFor <= instant)
      .sort(byInstant)
      .slice(0, MAX_ROWS);
  }

  /** When the next run wants to be looked at. */
  get wakeAt(): Date | null {
    const [start, end] = [this.starts.earliest, this.ends.earliest];
    return start && end ? (start < end ? start : end) : (start ?? end);
  }

  insert(row: PlannedRow, now: Date): void {
    const run = newRun(row, now);
    this.rows.add(run);
    this.change(run, {});
  }

  /** Takes out what waits to be started at or before `now`. */
  due(now: Date): Run[] {
    const due = this.starts.takeUpTo(now).filter(({ status }) => status !== 'running');
    this.taken += due.length;
    return due;
  }

  /** Puts back what was taken out and is to be looked at again. */
  putBack(run: Run): void {
    this.starts.add(run);
  }

  /** Takes out the attempts whose end, or that of their lease, lies at or before `now`. */
  over(now: Date): Run[] {
    return this.ends.takeUpTo(now).filter(({ status }) => status === 'running');
  }

  /** @param due all that waits to be started. */
  living(due: readonly Run[]): LivingRuns {
    const unstarted = due.filter(
      ({ attempt, reason }) => attempt === 0 && (reason === null || reason === WAITING),
    );
    return {
      running: this.running.size,
      retrying: this.retrying.size,
      held: this.held.size,
      latestDue: unstarted.toSorted(byInstant).at(-1)?.scheduledFor ?? null,
      // There is one worker, which has all that is due in hand.
      firstCatchUp:
        due.find(({ attempt, trigger }) => attempt === 0 && isCatchUp(trigger))?.scheduledFor ??
        null,
    };
  }

  change(run: Run, change: Partial<Run>): void {
    Object.assign(run, change);
    this.taken += 1;
    const { status, attempt, trigger } = run;
    keep(this.planned, run, status === 'planned' && trigger === 'schedule');
    keep(this.running, run, status === 'running');
    keep(this.retrying, run, status === 'queued' && attempt > 0);
    keep(this.held, run, isHeld(run) && !isCatchUp(trigger));
    if (isHeld(run)) this.turns.add(run);
    (status === 'running' ? this.ends : this.starts).add(run);
  }

  /** Cancels what is active, for a run that takes its place. */
  cancelActive(now: Date): void {
    const end = { status: 'cancelled', reason: 'replaced', finishedAt: now, wakeAt: null } as const;
    for (const run of [...this.running, ...this.retrying]) this.change(run, end);
  }

  /** Makes the next held back runs due, so many of them. */
  release(count: number, now: Date): void {
    let run = this.nextTurn(now);
    for (let released = 0; run && released < count; released += 1) {
      this.change(run, { wakeAt: now });
      run = released + 1 < count ? this.nextTurn(now) : undefined;
    }
  }

  /** Makes the next held back run due when nothing is active that could do so by its end. */
  releaseIdle(now: Date): void {
    if (this.running.size + this.retrying.size === 0) this.release(1, now);
  }

  /** Takes back the occurrences that are planned and not started; answers the earliest instant. */
  takeBack(): Date | null {
    const taken = [...this.planned];
    this.remove(taken);
    return taken.toSorted(byInstant)[0]?.scheduledFor ?? null;
  }

  /** Removes what is planned for later than `now`. */
  withdrawPlanned(now: Date): void {
    this.remove([...this.planned].filter(({ scheduledFor }) => scheduledFor > now));
  }

  private nextTurn(now: Date): Run | undefined {
    let run = this.turns.take();
    while (run && !(isHeld(run) && run.wakeAt && run.wakeAt > now)) run = this.turns.take();
    return run;
  }

  private remove(runs: readonly Run[]): void {
    for (const run of runs) {
      this.rows.delete(run);
      this.planned.delete(run);
      run.wakeAt = null;
    }
  }
}

function isHeld({ status, reason }: Run): boolean {
  return status === 'queued' && reason === WAITING;
}

function isOlder(one: Run, other: Run): boolean {
  return one.scheduledFor < other.scheduledFor;
}

function byInstant(one: Run, other: Run): number {
  return one.scheduledFor.getTime() - other.scheduledFor.getTime();
}

function keep(set: Set<Run>, run: Run, isMember: boolean): void {
  if (isMember) set.add(run);
  else set.delete(run);
}
