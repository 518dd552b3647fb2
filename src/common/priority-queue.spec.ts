import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PriorityQueue } from './priority-queue.ts';

function queueOf(numbers: readonly number[]): PriorityQueue<number> {
  const queue = new PriorityQueue<number>((one, other) => one < other);
  numbers.forEach((number) => queue.add(number));
  return queue;
}

describe('a priority queue', () => {
  it('hands out what is foremost, and nothing when it is empty', () => {
    const queue = queueOf([3, 1, 2]);

    expect(queue.first).toBe(1);
    expect([queue.take(), queue.take(), queue.take(), queue.take()]).toEqual([1, 2, 3, undefined]);
    expect(queue.first).toBeUndefined();
  });

  it('sorts whatever is added, equal ones included, in between as well', () => {
    const anything = fc.array(fc.integer({ min: -20, max: 20 }));
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        const queue = queueOf(before);
        const first = queue.take();
        after.forEach((number) => queue.add(number));

        const rest = [...before, ...after].sort((one, other) => one - other);
        if (first !== undefined) rest.splice(rest.indexOf(first), 1);
        expect(rest.map(() => queue.take())).toEqual(rest);
        expect(first).toBe(before.length > 0 ? Math.min(...before) : undefined);
      }),
    );
  });
});
