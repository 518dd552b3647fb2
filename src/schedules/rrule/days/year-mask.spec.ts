import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { YearMask } from './year-mask.ts';

describe('YearMask', () => {
  it('answers as a sorted list does', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 365 }), { maxLength: 40 });

    fc.assert(
      fc.property(days, (values) => {
        const mask = new YearMask(values);
        const sorted = [...values].sort((a, b) => a - b);

        expect(mask.size).toBe(sorted.length);
        expect(sorted.map((_, rank) => mask.at(rank))).toEqual(sorted);
        for (let day = 0; day < 366; day += 1) {
          const answers = [mask.has(day), mask.next(day), mask.previous(day), mask.rank(day)];
          expect(answers).toEqual([
            values.includes(day),
            sorted.find((value) => value >= day) ?? -1,
            sorted.findLast((value) => value <= day) ?? -1,
            sorted.filter((value) => value < day).length,
          ]);
        }
      }),
      { numRuns: 20 },
    );
  });
});
