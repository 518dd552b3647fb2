import { jest } from '@jest/globals';
import type fc from 'fast-check';
import type { Lookout } from './lookout.ts';

/** Longer than work that is gathered waits for company. */
const GATHERING_MS = 5;
/** Longer than anybody pauses after an error. */
const PAUSE_MS = 1_000;

/** All but timeouts, and the clock that measures how long something takes, goes on as ever. */
const REAL = [
  ...['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate'],
  ...['clearImmediate', 'setInterval', 'clearInterval'],
] as ['Date'];

/** A statement that the server has, and has not answered. */
interface Sent {
  pid: number;
  isInTransaction: boolean;
}

/**
 * Decides who goes on. Whoever takes part waits here for a turn before each of its statements, and
 * one at a time is let on, as the scheduler of fast-check picks. Before the next one is picked,
 * everybody is at rest: waits here, has ended, or waits for a lock that somebody holds who waits
 * here. Which of them it is the server is asked, and timeouts go by this stage, so nothing depends
 * on how fast it all goes; but which of several who wait for one lock gets it is the server's
 * choice. While there is no scheduler, everybody passes.
 */
export class Stage {
  /** Every error of the database, whoever may have swallowed it. */
  troubles: string[] = [];
  /** How often somebody was found to wait for a lock. */
  waits = 0;
  private scheduler: fc.Scheduler | undefined;
  private readonly sent = new Set<Sent>();
  private transactions = 0;
  private working = 0;
  private answers = 0;
  private onAnswer: () => void = () => undefined;
  /** Who has come since somebody was let on last. */
  private arrivals: { name: string; go: () => void }[] = [];

  constructor(private readonly lookout: Lookout) {
    jest.useFakeTimers({ doNotFake: REAL });
  }

  close(): void {
    jest.useRealTimers();
  }

  /** Has all of them act together, in the order of the scheduler, until nobody has a step left. */
  async play(scheduler: fc.Scheduler, cast: readonly (() => Promise<void>)[]): Promise<void> {
    this.scheduler = scheduler;
    try {
      const acts = Promise.all(cast.map((act) => act()));
      await this.until(acts, () => scheduler.count() === 0 && this.sent.size === 0);
    } finally {
      this.scheduler = undefined;
    }
  }

  /** Lets everybody go on until this has come to its end. */
  async until<T>(end: Promise<T>, isOver: () => boolean = () => true): Promise<T> {
    let hasEnded = false;
    const ended = end.finally(() => (hasEnded = true));
    ended.catch(() => undefined);
    await this.rest();
    while (!hasEnded || !isOver()) {
      if (this.scheduler && this.scheduler.count() > 0) await this.scheduler.waitNext(1);
      else if (this.sent.size > 0) await this.answer();
      else jest.advanceTimersByTime(PAUSE_MS);
      await this.rest();
    }
    return ended;
  }

  /** Waits for a turn. */
  async turn(name: string): Promise<void> {
    if (this.scheduler) await new Promise<void>((go) => this.arrivals.push({ name, go }));
  }

  /** Does what is no step of its own. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.working += 1;
    try {
      return await work();
    } finally {
      this.working -= 1;
      this.answered();
    }
  }

  /** Has the server carry out a statement. */
  async send<T>(sent: Sent, statement: () => Promise<T>): Promise<T> {
    this.sent.add(sent);
    try {
      return await statement();
    } catch (error) {
      this.troubles.push((error as Error).message);
      throw error;
    } finally {
      this.sent.delete(sent);
      this.answered();
    }
  }

  /** @param by 1 when a transaction begins, -1 when it ends. */
  countTransaction(by: 1 | -1): void {
    this.transactions += by;
  }

  private answered(): void {
    this.answers += 1;
    this.onAnswer();
  }

  private async answer(): Promise<false> {
    await new Promise<void>((resolve) => (this.onAnswer = resolve));
    return false;
  }

  /** Resolves when nobody can go on unless somebody gets a turn. */
  private async rest(): Promise<void> {
    for (let answers = -1; ;) {
      await turnOfTheLoop();
      if (answers !== this.answers) jest.advanceTimersByTime(GATHERING_MS);
      ({ answers } = this);
      await turnOfTheLoop();
      if (this.sent.size === 0 && this.working === 0) return this.enrol();

      const areStuck = await Promise.race([this.answer(), this.areAllBlocked()]);
      if (areStuck && answers === this.answers) return this.enrol();
    }
  }

  /** In the order of their names: which of two answers arrives first is left to chance. */
  private enrol(): void {
    const arrived = this.arrivals.sort((one, other) => (one.name < other.name ? -1 : 1));
    this.arrivals = [];
    for (const { name, go } of arrived) {
      void this.scheduler?.schedule(Promise.resolve(), name).then(go);
    }
  }

  private async areAllBlocked(): Promise<boolean> {
    const sent = [...this.sent];
    const active = sent.filter(({ isInTransaction }) => isInTransaction).length;
    // Locks are held by transactions. One that waits for its turn is needed to block another one.
    if (this.working > 0 || this.transactions === active) return new Promise(() => undefined);
    const areBlocked = await this.lookout.areBlocked(sent.map(({ pid }) => pid));
    if (areBlocked) this.waits += 1;
    return areBlocked;
  }
}

async function turnOfTheLoop(): Promise<void> {
  await new Promise(setImmediate);
}
