import { describe, expect, it } from '@jest/globals';
import { slopeOf } from './trend.ts';

describe('the slope of a row of points', () => {
  it.each([
    ['a straight line', [1, 3, 5, 7], 2],
    ['a level one', [4, 4, 4], 0],
    ['what goes up and down', [0, 1, 0, 1, 0], 0],
    ['one point', [7], 0],
  ])('of %s', (_what, values, slope) => {
    expect(slopeOf(values.map((y, x) => ({ x, y })))).toBeCloseTo(slope, 9);
  });
});
