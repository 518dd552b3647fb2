import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeBlackBox, match, type Window } from './black-box.ts';
import { keyOf, type Delivery } from './evidence.ts';

const EPSILON_MS = 500;

describe('the matching of windows and points', () => {
  const times = fc.integer({ min: 0, max: 12 });
  const windows = fc.array(
    fc.tuple(times, fc.integer({ min: 0, max: 5 })).map(([from, length]) => ({
      from,
      to: from + length,
    })),
    { maxLength: 6 },
  );
  const points = fc.array(times, { maxLength: 6 });

  it('leaves as little over as trying everything does, and nothing that it need not', () => {
    fc.assert(
      fc.property(windows, points, (all, given) => {
        const { unmet, extra } = match(all, given);
        const met = without(all, unmet);
        const used = without(given, extra);

        expect(met).toHaveLength(most(all, given));
        expect(used).toHaveLength(met.length);
        expect(most(met, used)).toBe(met.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('takes windows that do not overlap one by one', () => {
    const all = Array.from({ length: 100_000 }, (_, index) => ({
      from: index * 10,
      to: index * 10 + 5,
    }));
    const given = all.filter((_, index) => index % 10 !== 0).map(({ to }) => to);

    const { unmet, extra } = match(all, [...given, 7]);

    expect(unmet).toHaveLength(10_000);
    expect(extra).toEqual([7]);
  });
});

describe('a black box', () => {
  const targets = [1_000, 2_000, 3_000].flatMap((at) => [
    { jobId: 1, at },
    { jobId: 2, at: at + 100 },
  ]);
  const all = targets.map(({ jobId, at }) => arrival(jobId, at));
  const given = { targets, epsilonMs: EPSILON_MS, until: 4_000 };

  it('is content with one arrival for each target, and with repeats', () => {
    const again = { ...(all[0] as Delivery), attempt: 2, arrivedAt: 3_900 };

    const { lost, extra, breaches } = judgeBlackBox({ ...given, deliveries: [...all, again] });

    expect({ lost, extra, breaches }).toEqual({ lost: 0, extra: 0, breaches: [] });
  });

  it('misses what has not arrived, or too late, and wonders about what it knows nothing of', () => {
    const [, second, third, ...others] = all as [Delivery, Delivery, Delivery, ...Delivery[]];
    const late = { ...third, arrivedAt: third.dueAt + EPSILON_MS + 1 };
    const deliveries = [second, late, ...others, arrival(3, 1_000)];

    const { lost, extra } = judgeBlackBox({ ...given, deliveries });

    expect({ lost, extra }).toEqual({ lost: 2, extra: 2 });
  });

  it('waits for what still has time', () => {
    const deliveries = all.filter(({ dueAt }) => dueAt < 3_000);

    expect(judgeBlackBox({ ...given, deliveries, until: 3_499 }).lost).toBe(0);
    expect(judgeBlackBox({ ...given, deliveries, until: 3_599 }).lost).toBe(1);
  });
});

function arrival(jobId: number, dueAt: number): Delivery {
  const key = keyOf({ job_id: jobId, scheduled_for: dueAt, ordinal: 0 });
  return { key, attempt: 1, dueAt, marker: null, arrivedAt: dueAt + 20 };
}

/** How many windows can have a point of their own, by trying every point for every window. */
function most([first, ...others]: readonly Window[], points: readonly number[]): number {
  if (!first) return 0;
  const withFirst = points
    .filter((point) => point >= first.from && point <= first.to)
    .map((point) => 1 + most(others, without(points, [point])));
  return Math.max(most(others, points), ...withFirst);
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  const left = [...all];
  for (const each of some) left.splice(left.indexOf(each), 1);
  return left;
}
