import { describe, expect, it } from '@jest/globals';
import { spreadOffsetMs } from './spread.ts';

describe('the spread of a job', () => {
  it('is always the same, and nothing without one', () => {
    expect(spreadOffsetMs(7, 60)).toBe(spreadOffsetMs(7, 60));
    expect(spreadOffsetMs(7, 0)).toBe(0);
  });

  it('lies even over jobs whose seeds are neighbours', () => {
    const perSecond = Array<number>(60).fill(0);
    for (let seed = 0; seed < 6_000; seed += 1) {
      const offset = spreadOffsetMs(seed, 60);
      expect(Number.isInteger(offset)).toBe(true);
      perSecond[Math.floor(offset / 1_000)]! += 1;
    }

    // A hundred each on average: six standard deviations either way.
    expect(Math.min(...perSecond)).toBeGreaterThan(40);
    expect(Math.max(...perSecond)).toBeLessThan(160);
  });
});
