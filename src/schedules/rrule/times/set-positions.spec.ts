import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SetPositions } from './set-positions.ts';

describe('SetPositions', () => {
  it('picks what a list of members has at these places', () => {
    const position = fc.integer({ min: -12, max: 12 }).filter((value) => value !== 0);

    fc.assert(
      fc.property(
        fc.uniqueArray(position, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(10), { minLength: 1, maxLength: 5 }),
        (list, sizes) => {
          const positions = new SetPositions(new Set(list));
          for (const size of sizes) {
            const members = Array.from({ length: size }, (_, rank) => rank);
            const picked = members.filter(
              (rank) => list.includes(rank + 1) || list.includes(rank - size),
            );

            expect(positions.ranks(size)).toEqual(picked);
            for (let rank = -1; rank <= size; rank += 1) {
              expect(positions.next(rank, size)).toBe(picked.find((each) => each >= rank) ?? -1);
              expect(positions.previous(rank, size)).toBe(
                picked.findLast((each) => each <= rank) ?? -1,
              );
              expect(positions.count(rank, size)).toBe(picked.filter((each) => each < rank).length);
            }
          }
        },
      ),
    );
  });
});
