import { afterAttempt, afterLoss } from '../jobs/retry-policy.ts';
import { dueRunOf, stateAfter } from '../runs/due-run.ts';
import type { Run } from '../runs/run.ts';
import {
  type DueRun,
  isStart,
  type Judgement,
  judgeStarts,
  startsLeft,
} from '../schedules/overlap.ts';
import { Rehearsal, type UnderWay } from './rehearsal.ts';
import type { Scenario } from './scenario.ts';
import type { VirtualLedger } from './virtual-ledger.ts';
import { keepAttempt } from './virtual-run.ts';

/** Jitter is left to chance; here it is what it comes to on average. */
const MEAN = 0.5;

/** Starts, ends and rescues the runs of one job, as worker and rescuer do. */
export class VirtualWorker {
  private readonly rehearsal: Rehearsal;
  private readonly underWay = new Map<Run, UnderWay>();
  private runCount = 0;

  constructor(
    private readonly scenario: Scenario,
    private readonly ledger: VirtualLedger,
  ) {
    this.rehearsal = new Rehearsal(scenario);
  }

  /** Whether the job has had all the starts that it may have. */
  get isUsedUp(): boolean {
    return this.startsLeft <= 0;
  }

  isUnderWay(run: Run): boolean {
    return this.underWay.has(run);
  }

  /** Judges what is due until nothing is left that could start at `now`. */
  startDue(now: Date): void {
    let due = this.ledger.due(now);
    while (due.length > 0 && !this.ledger.isExhausted) {
      this.judge(due, now);
      due = this.ledger.due(now);
    }
  }

  /** Ends an attempt, unless it has been cancelled meanwhile. */
  end(run: Run, now: Date): void {
    const underWay = this.underWay.get(run);
    if (!underWay) return;

    this.underWay.delete(run);
    const ended = { kind: underWay.kind, attempt: run.attempt, finishedAt: now };
    const after = afterAttempt(this.scenario.job.retry, ended, MEAN);
    if (after.status === 'queued') {
      keepAttempt(run, 'retry', now);
      this.ledger.change(run, after);
    } else {
      this.ledger.change(run, { ...after, finishedAt: now });
      this.ledger.release(1, now);
    }
  }

  /** All attempts are lost: nobody looks at them before their leases end. */
  breakDown(now: Date): void {
    const wakeAt = new Date(now.getTime() + this.scenario.leaseMs);
    for (const run of this.underWay.keys()) this.ledger.change(run, { wakeAt });
    this.underWay.clear();
  }

  /** Takes up a run whose attempt was lost, or gives it its verdict. */
  rescue(run: Run, now: Date): void {
    const status = afterLoss(this.scenario.job.retry, run.attempt);
    keepAttempt(run, 'lost', now);
    if (status === 'queued') this.ledger.change(run, { status, wakeAt: now });
    else this.ledger.change(run, { status, wakeAt: null, finishedAt: now });
  }

  private get startsLeft(): number {
    return startsLeft({ maxRuns: this.scenario.job.maxRuns, runCount: this.runCount });
  }

  private judge(due: readonly Run[], now: Date): void {
    const { missed, overlap } = this.scenario.job;
    const judgements = judgeStarts(
      due.map(dueFor),
      this.ledger.living(due),
      { overlap, missed, isPaused: false, startsLeft: this.startsLeft },
      now,
    );
    if (judgements.includes('replace')) {
      this.underWay.clear();
      this.ledger.cancelActive(now);
    }
    due.forEach((run, index) => this.settle(run, judgements[index] ?? 'wait', now));
    if (judgements.some(isStart) && this.isUsedUp) this.ledger.release(Infinity, now);
  }

  private settle(run: Run, judgement: Judgement, now: Date): void {
    if (judgement === 'wait') return this.ledger.putBack(run);
    if (isStart(judgement)) return this.start(run, judgement, now);

    const state = stateAfter(judgement, { now, leaseUntil: now });
    this.ledger.change(run, { ...state, finishedAt: state.wakeAt ? null : now });
  }

  private start(run: Run, judgement: Judgement, now: Date): void {
    const underWay = this.rehearsal.begin(run, now);
    this.underWay.set(run, underWay);
    if (run.attempt === 0) this.runCount += 1;
    // The lease is renewed as long as there is a worker: the end of the attempt comes first.
    const state = stateAfter(judgement, { now, leaseUntil: underWay.endsAt });
    this.ledger.change(run, { ...state, attempt: run.attempt + 1, startedAt: now });
  }
}

/** What a run is judged by when it waits for its next attempt. */
function dueFor({ scheduledFor, ordinal, attempt, trigger, reason }: Run): DueRun {
  return dueRunOf({ scheduledFor, ordinal, attempt: attempt + 1, trigger, reason });
}
