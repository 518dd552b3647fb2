import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Waiter } from './waiter.ts';

describe('a waiter', () => {
  let waiter: Waiter;
  let over: number;

  beforeEach(() => {
    jest.useFakeTimers();
    waiter = new Waiter();
    over = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('waits as long as it was told', async () => {
    void waiter.wait(1_000).then(() => (over += 1));

    await jest.advanceTimersByTimeAsync(999);
    expect(over).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(over).toBe(1);
  });

  it.each([0, -5, Number.NaN])('does not wait for %p milliseconds', async (ms) => {
    await waiter.wait(ms);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('can be woken, and leaves no timer behind', async () => {
    void waiter.wait(60_000).then(() => (over += 1));

    waiter.wake();
    await jest.advanceTimersByTimeAsync(0);

    expect(over).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not forget who woke it while nobody waited', async () => {
    waiter.wake();
    waiter.wake();

    await waiter.wait(60_000);
    void waiter.wait(60_000).then(() => (over += 1));
    await jest.advanceTimersByTimeAsync(1_000);

    // One wait only: the next one is a wait again.
    expect(over).toBe(0);
  });

  it('forgets it when told to', async () => {
    waiter.wake();
    waiter.rest();

    void waiter.wait(60_000).then(() => (over += 1));
    await jest.advanceTimersByTimeAsync(1_000);

    expect(over).toBe(0);
  });

  it('ends a wait once, however often it is woken', async () => {
    void waiter.wait(60_000).then(() => (over += 1));
    waiter.wake();
    waiter.wake();
    await jest.advanceTimersByTimeAsync(0);

    void waiter.wait(60_000).then(() => (over += 1));
    await jest.advanceTimersByTimeAsync(59_999);

    expect(over).toBe(1);
  });
});
