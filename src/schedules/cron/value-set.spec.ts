import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ValueSet } from './value-set.ts';

describe('ValueSet', () => {
  it('answers as a sorted list does', () => {
    const members = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 64 });

    fc.assert(
      fc.property(members, (values) => {
        const set = ValueSet.of(values);
        const sorted = [...values].sort((a, b) => a - b);

        expect(set.size).toBe(values.length);
        for (let at = 0; at < 64; at += 1) {
          expect(set.has(at)).toBe(values.includes(at));
          expect(set.next(at)).toBe(sorted.find((value) => value >= at) ?? -1);
          expect(set.previous(at)).toBe(sorted.findLast((value) => value <= at) ?? -1);
          expect(set.rank(at)).toBe(sorted.filter((value) => value < at).length);
        }
        expect(sorted.map((_, rank) => set.at(rank))).toEqual(sorted);
      }),
      { numRuns: 50 },
    );
  });

  it('knows its ends', () => {
    const set = ValueSet.of([0, 63]);

    expect([set.next(64), set.previous(-1), set.rank(64)]).toEqual([-1, -1, 2]);
  });
});
