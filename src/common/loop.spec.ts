import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Loop } from './loop.ts';
import { Loops } from './loops.ts';

const AN_HOUR = 3_600_000;

/** A round that the test can wait for. */
class Rounds {
  count = 0;
  private reached: (() => void)[] = [];

  /** What a round answers: how long to sleep. */
  constructor(private readonly answer: (round: number) => number = () => AN_HOUR) {}

  readonly next = async (): Promise<number> => {
    this.count += 1;
    for (const tell of this.reached.splice(0)) tell();
    return this.answer(this.count);
  };

  /** Resolves when so many rounds have begun. */
  async begun(count: number): Promise<void> {
    while (this.count < count) await new Promise<void>((resolve) => this.reached.push(resolve));
  }
}

describe('a loop', () => {
  let errors: unknown[];

  beforeEach(() => {
    errors = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: () => undefined,
      error: (message: unknown) => errors.push(message),
    });
  });
  afterEach(() => Logger.overrideLogger(false));

  function aLoop(rounds: Rounds): Loop {
    return new Loop({ name: 'test', round: rounds.next, maxWaitMs: AN_HOUR });
  }

  it('goes on at once as long as rounds ask for it, and sleeps otherwise', async () => {
    const rounds = new Rounds((round) => (round < 5 ? 0 : AN_HOUR));
    const loop = aLoop(rounds);

    loop.start();
    await rounds.begun(5);
    await loop.stop();

    expect(rounds.count).toBe(5);
  });

  it('wakes early when it is told to', async () => {
    const rounds = new Rounds();
    const loop = aLoop(rounds);
    loop.start();
    await rounds.begun(1);

    loop.wake();
    await rounds.begun(2);

    await loop.stop();
    expect(rounds.count).toBe(2);
  });

  it('runs once, however often it is started', async () => {
    const rounds = new Rounds();
    const loop = aLoop(rounds);

    loop.start();
    loop.start();
    await rounds.begun(1);
    await loop.stop();

    expect(rounds.count).toBe(1);
  });

  it('outlives failing rounds, says so once for a row of them, and is stalled meanwhile', async () => {
    const rounds = new Rounds((round) => {
      if (round <= 3) throw new Error('The database is away');
      return AN_HOUR;
    });
    const loop = aLoop(rounds);
    const stalled: boolean[] = [];
    loop.start();

    for (const round of [2, 3, 4]) {
      loop.wake();
      await rounds.begun(round);
      stalled.push(loop.stalled);
    }
    await loop.stop();

    expect(stalled).toEqual([true, true, true]);
    expect(loop.stalled).toBe(false);
    expect(errors).toHaveLength(1);
  });

  it('waits for the round under way when it is stopped, and may be stopped twice', async () => {
    let finish: (waitMs: number) => void = () => undefined;
    const round = () => new Promise<number>((resolve) => (finish = resolve));
    const loop = new Loop({ name: 'test', round, maxWaitMs: AN_HOUR });
    loop.start();

    const stopped = [loop.stop(), loop.stop()];
    const early = await Promise.race([
      stopped[0]?.then(() => 'stopped'),
      Promise.resolve('under way'),
    ]);
    finish(0);
    await Promise.all(stopped);

    expect(early).toBe('under way');
  });

  it('may be stopped before it was started', async () => {
    await aLoop(new Rounds()).stop();
  });

  it('tells how long ago a round last ended well', () => {
    const loop = aLoop(new Rounds());

    expect(loop.silentMs).toBeGreaterThanOrEqual(0);
    expect(loop.stalled).toBe(false);
  });
});

describe('the loops of a process', () => {
  it('name the ones that stall', async () => {
    const loops = new Loops();
    Logger.overrideLogger(false);
    const rounds = new Rounds(() => {
      throw new Error('No');
    });
    const bad = loops.create({ name: 'bad', round: rounds.next, maxWaitMs: AN_HOUR });
    loops.create({ name: 'good', round: new Rounds().next, maxWaitMs: AN_HOUR });

    bad.start();
    await rounds.begun(1);
    await bad.stop();

    expect(loops.stalled).toEqual(['bad']);
  });
});
