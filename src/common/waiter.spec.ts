import { describe, expect, it } from '@jest/globals';
import { Waiter } from './waiter.ts';

const AN_HOUR = 3_600_000;

describe('a waiter', () => {
  it('wakes early when it is told to', async () => {
    const waiter = new Waiter();

    const waiting = waiter.wait(AN_HOUR);
    waiter.wake();

    await expect(waiting).resolves.toBeUndefined();
  });

  it('does not wait when it was told to wake before, and only that once', async () => {
    const waiter = new Waiter();
    waiter.wake();
    waiter.wake();

    await waiter.wait(AN_HOUR);
    const second = waiter.wait(AN_HOUR);
    const first = await Promise.race([second.then(() => 'woken'), Promise.resolve('asleep')]);

    expect(first).toBe('asleep');
    waiter.wake();
    await second;
  });

  it('forgets a call that nobody heard', async () => {
    const waiter = new Waiter();
    waiter.wake();
    waiter.rest();

    const waiting = waiter.wait(AN_HOUR);
    const state = await Promise.race([waiting.then(() => 'woken'), Promise.resolve('asleep')]);

    expect(state).toBe('asleep');
    waiter.wake();
    await waiting;
  });

  it('comes back by itself', async () => {
    await new Waiter().wait(1);
    await new Waiter().wait(0);
    await new Waiter().wait(-5);
  });
});
