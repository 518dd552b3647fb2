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
  private now: Date;
  /** The instant to look at next; null when nothing more happens in the window. */
  private next: Date | null;

  constructor(private readonly scenario: Scenario) {
    this.planner = new VirtualPlanner(scenario, this.ledger);
    this.worker = new VirtualWorker(scenario, this.ledger);
    this.outages = new Outages(scenario.outages);
    this.now = scenario.from;
    this.next = scenario.from;
  }

  /** Goes on for about so many steps, and answers whether it has come to its end. */
  advance(steps: number): boolean {
    const enough = this.ledger.steps + steps;
    while (this.next && !this.ledger.isFull && this.ledger.steps < enough) {
      this.now = this.next;
      this.next = this.live(this.now);
    }
    return !this.next || this.ledger.isFull;
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

  /** Lives through an instant, and answers the next one. */
  private live(now: Date): Date | null {
    const outage = this.outages.nextFrom(now);
    if (outage && outage.from <= now) {
      this.worker.breakDown(now);
      return this.withinWindow(outage.to);
    }
    this.work(now);
    return this.withinWindow(outage?.from, this.planner.wakeAt, this.ledger.wakeAt);
  }

  private work(now: Date): void {
    const over = this.ledger.over(now);
    const ended = over.filter((run) => this.worker.isUnderWay(run));
    const lost = over.filter((run) => !this.worker.isUnderWay(run));
    lost.forEach((run) => this.worker.rescue(run, now));
    this.ledger.releaseIdle(now);
    this.planner.plan(now);
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
