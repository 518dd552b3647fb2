import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Loop } from './loop.ts';
import { Loops } from './loops.ts';

const MAX_WAIT_MS = 5_000;

describe('a loop', () => {
  let rounds: number;
  let answer: () => Promise<number>;
  let loop: Loop;
  let errors: unknown[];
  let warnings: unknown[];

  beforeEach(() => {
    jest.useFakeTimers();
    rounds = 0;
    errors = [];
    warnings = [];
    answer = async () => 1_000;
    Logger.overrideLogger({
      log: () => undefined,
      warn: (message: unknown) => warnings.push(message),
      error: (message: unknown) => errors.push(message),
    });
    loop = new Loop({
      name: 'test',
      round: () => {
        rounds += 1;
        return answer();
      },
      maxWaitMs: MAX_WAIT_MS,
    });
  });
  afterEach(async () => {
    await loop.stop();
    jest.useRealTimers();
    Logger.overrideLogger(false);
  });

  it('does nothing before it is started, and one thing at a time when it is started twice', async () => {
    expect(rounds).toBe(0);

    loop.start();
    loop.start();
    await jest.advanceTimersByTimeAsync(0);

    expect(rounds).toBe(1);
  });

  it('sleeps as long as a round has asked for', async () => {
    loop.start();

    await jest.advanceTimersByTimeAsync(999);
    expect(rounds).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(rounds).toBe(2);
  });

  it.each([MAX_WAIT_MS + 1, 3e9, Number.POSITIVE_INFINITY])(
    'never sleeps longer than its limit, also when %p was asked for',
    async (ms) => {
      answer = async () => ms;
      loop.start();

      await jest.advanceTimersByTimeAsync(MAX_WAIT_MS - 1);
      expect(rounds).toBe(1);
      await jest.advanceTimersByTimeAsync(1);
      expect(rounds).toBe(2);
    },
  );

  it('goes on at once when a round wants it', async () => {
    answer = async () => (rounds < 10 ? 0 : 1_000);

    loop.start();
    await jest.advanceTimersByTimeAsync(0);

    expect(rounds).toBe(10);
  });

  it('wakes early when told, also when that comes in the middle of a round', async () => {
    let end: (waitMs: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (end = resolve));
    loop.start();

    loop.wake();
    end(1_000);
    await jest.advanceTimersByTimeAsync(0);
    expect(rounds).toBe(2);

    end(1_000);
    await jest.advanceTimersByTimeAsync(0);
    loop.wake();
    await jest.advanceTimersByTimeAsync(0);
    expect(rounds).toBe(3);
    end(1_000);
  });

  it('outlives failing rounds, says so once, and does not storm', async () => {
    answer = () => Promise.reject(new Error('no such column'));
    loop.start();

    await jest.advanceTimersByTimeAsync(10_000);

    expect(rounds).toBe(21);
    expect(errors).toHaveLength(1);
    expect(loop.stalled).toBe(true);

    answer = async () => 1_000;
    await jest.advanceTimersByTimeAsync(500);
    expect(loop.stalled).toBe(false);
  });

  it('warns once while the database comes and goes, and still tells what nobody expects', async () => {
    answer = () =>
      rounds % 2 === 0
        ? Promise.resolve(0)
        : Promise.reject(new Error('Connection terminated unexpectedly'));
    loop.start();
    await jest.advanceTimersByTimeAsync(2_000);
    expect([warnings.length, errors.length]).toEqual([1, 0]);

    answer = () => Promise.reject(new Error('no such column'));
    await jest.advanceTimersByTimeAsync(2_000);

    expect([warnings.length, errors.length]).toEqual([1, 1]);
  });

  it('outlives a round that throws before it has begun', async () => {
    answer = () => {
      throw new Error('no promise at all');
    };
    loop.start();

    await jest.advanceTimersByTimeAsync(500);

    expect(rounds).toBe(2);
  });

  describe('that stands still', () => {
    const now = performance.now;
    let aheadMs: number;

    beforeEach(() => {
      aheadMs = 0;
      performance.now = () => now.call(performance) + aheadMs;
    });
    afterEach(() => {
      performance.now = now;
    });

    it('stalls while a round does not come back', async () => {
      let end: (waitMs: number) => void = () => undefined;
      answer = () => new Promise((resolve) => (end = resolve));
      loop.start();
      aheadMs = 14_000;
      expect(loop.stalled).toBe(false);

      aheadMs = 15_001;
      expect(loop.stalled).toBe(true);

      end(1_000);
      await jest.advanceTimersByTimeAsync(0);
      expect(loop.stalled).toBe(false);
    });

    it('stalls when the next round is overdue, however long it was to sleep', async () => {
      answer = async () => 1_000;
      loop.start();
      await jest.advanceTimersByTimeAsync(0);
      aheadMs = 5_900;
      expect(loop.stalled).toBe(false);

      aheadMs = 6_001;
      expect(loop.stalled).toBe(true);
    });

    it('does not stall before it is started', () => {
      aheadMs = 3_600_000;

      expect(loop.stalled).toBe(false);
    });
  });

  it('stops after the round under way, and for good', async () => {
    let end: (waitMs: number) => void = () => undefined;
    answer = () => new Promise((resolve) => (end = resolve));
    loop.start();
    let stopped = false;

    void loop.stop().then(() => (stopped = true));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(stopped).toBe(false);
    end(0);
    await jest.advanceTimersByTimeAsync(60_000);

    expect(stopped).toBe(true);
    expect(rounds).toBe(1);
  });

  it('interrupts a sleep to stop, and may be stopped twice or before it was started', async () => {
    await loop.stop();
    loop.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(rounds).toBe(0);

    await loop.stop();
    await loop.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the loops of a process', () => {
  it('name the ones that stall', async () => {
    Logger.overrideLogger(false);
    const loops = new Loops();
    let failed: () => void = () => undefined;
    const failing = new Promise<void>((resolve) => (failed = resolve));
    const round = () => {
      failed();
      throw new Error('No');
    };
    const bad = loops.create({ name: 'bad', round, maxWaitMs: MAX_WAIT_MS });
    loops.create({ name: 'good', round: async () => MAX_WAIT_MS, maxWaitMs: MAX_WAIT_MS });

    bad.start();
    await failing;
    await bad.stop();

    expect(loops.stalled).toEqual(['bad']);
  });
});
