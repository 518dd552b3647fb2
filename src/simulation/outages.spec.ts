import { describe, expect, it } from '@jest/globals';
import { Outages } from './outages.ts';

const minute = (count: number) => new Date(Date.UTC(2026, 10, 24, 9, count));

describe('outages', () => {
  const outages = new Outages([
    { from: minute(30), to: minute(40) },
    { from: minute(10), to: minute(12) },
    { from: minute(11), to: minute(15) },
    { from: minute(15), to: minute(20) },
    { from: minute(31), to: minute(33) },
  ]);

  it.each([
    [0, 10, 20],
    [10, 10, 20],
    [19, 10, 20],
    [20, 30, 40],
    [39, 30, 40],
  ])('in minute %i the one that comes next, or goes on, is that from %i to %i', (at, from, to) => {
    expect(outages.nextFrom(minute(at))).toEqual({ from: minute(from), to: minute(to) });
  });

  it('come to an end', () => {
    expect(outages.nextFrom(minute(40))).toBeUndefined();
    expect(new Outages([]).nextFrom(minute(0))).toBeUndefined();
  });
});
