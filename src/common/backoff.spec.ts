import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffDelayMs, type Backoff } from './backoff.ts';

const exponential: Backoff = {
  kind: 'exponential',
  initialDelayMs: 1_000,
  maxDelayMs: 300_000,
  jitter: 0,
};

describe('backoff', () => {
  it('doubles from attempt to attempt, up to the maximum', () => {
    const delays = [1, 2, 3, 4, 20, 2_000].map((n) => backoffDelayMs(exponential, n, 0.5));

    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 300_000, 300_000]);
  });

  it('stays the same when it is fixed', () => {
    const fixed: Backoff = { ...exponential, kind: 'fixed' };

    expect([1, 2, 9].map((n) => backoffDelayMs(fixed, n, 0.5))).toEqual([1_000, 1_000, 1_000]);
  });

  it('stays within its jitter and never exceeds the maximum', () => {
    const jittered: Backoff = { ...exponential, jitter: 0.2 };

    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, random) => {
          const middle = backoffDelayMs(exponential, n, 0.5);
          const delay = backoffDelayMs(jittered, n, random);

          expect(delay).toBeGreaterThanOrEqual(Math.floor(middle * 0.8));
          expect(delay).toBeLessThanOrEqual(Math.min(300_000, Math.ceil(middle * 1.2)));
        },
      ),
    );
  });
});
