import type { Run } from '../runs/run.ts';
import { Outages } from './outages.ts';
import type { Scenario } from './scenario.ts';
import { VirtualLedger } from './virtual-ledger.ts';
import { VirtualPlanner } from './virtual-planner.ts';
import { VirtualWorker } from './virtual-worker.ts';

/**
 * The engine on a virtual clock, for one job. It decides nothing by itself: planning, starting,
 * retrying and rescuing go by the very functions that planner, worker and rescuer call. It is as
 * prompt as they are when nothing holds them up: everything happens at its instant. Of what
 * happens at the same one, rescues come first, then plans, starts, ends, and starts again.
 */
export class Simulation {
  private readonly ledger = new VirtualLedger();
  private readonly planner: VirtualPlanner;
  private readonly worker: VirtualWorker;
  private readonly outages: Outages;
  private readonly course: Iterator<void>;
  private now: Date;
  /** The instant to look at next; null when nothing more happens in the window. */
  private next: Date | null;

  constructor(private readonly scenario: Scenario) {
    this.planner = new VirtualPlanner(scenario, this.ledger);
    this.worker = new VirtualWorker(scenario, this.ledger);
    this.outages = new Outages(scenario.outages);
    this.now = scenario.from;
    this.next = scenario.from;
    this.course = this.live();
  }

  /**
   * Goes on for about so many steps, a few hundred of which take a millisecond, and answers
   * whether it has come to its end.
   */
  advance(steps: number): boolean {
    const enough = this.ledger.steps + steps;
    while (this.ledger.steps < enough) {
      if (this.course.next().done) return true;
    }
    return false;
  }

  /** Whether it has come to its end before the window has. */
  get isTruncated(): boolean {
    return this.next !== null && this.ledger.isFull;
  }

  /** The instant at which the ledger stands as it does. */
  get until(): Date {
    return this.isTruncated ? this.now : this.scenario.to;
  }

  /** The rows of all instants up to then, oldest first. */
  get runs(): Run[] {
    return this.ledger.rowsUpTo(this.until);
  }

  /** Lives through one instant after the other; rests wherever it may be interrupted. */
  private *live(): Generator<void> {
    while (this.next && !this.ledger.isFull) {
      this.now = this.next;
      const outage = this.outages.nextFrom(this.now);
      if (outage && outage.from <= this.now) {
        this.worker.breakDown(this.now);
        this.next = this.withinWindow(outage.to);
      } else {
        yield* this.work(this.now);
        this.next = this.withinWindow(outage?.from, this.planner.wakeAt, this.ledger.wakeAt);
      }
      yield;
    }
  }

  private *work(now: Date): Generator<void> {
    const over = this.ledger.over(now);
    const ended = over.filter((run) => this.worker.isUnderWay(run));
    const lost = over.filter((run) => !this.worker.isUnderWay(run));
    lost.forEach((run) => this.worker.rescue(run, now));
    this.ledger.releaseIdle(now);
    yield* this.planner.plan(now);
    this.start(now);
    ended.forEach((run) => this.worker.end(run, now));
    this.start(now);
  }

  private start(now: Date): void {
    this.worker.startDue(now);
    if (this.worker.isUsedUp) this.planner.stop(now);
  }

  /** The earliest of these instants, if it lies within the window. */
  private withinWindow(...instants: (Date | null | undefined)[]): Date | null {
    const earliest = Math.min(...instants.map((instant) => instant?.getTime() ?? Infinity));
    return earliest <= this.scenario.to.getTime() ? new Date(earliest) : null;
  }
}
