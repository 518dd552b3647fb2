import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseUnbounded } from '../parse-schedule.ts';
import { parseCron, spellOutHashes } from './cron-expression.ts';

const SEEDS = 10_000;

/** What six `H` stand for under a seed: second, minute, hour, day of month, month, day of week. */
function drawn(seed: number): number[] {
  return spellOutHashes('H H H H H H', seed).split(' ').map(Number);
}

/** How far counts lie from all being equal, in standard deviations of what chance would do. */
function unevenness(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  return (chiSquare - freedom) / Math.sqrt(2 * freedom);
}

function tally(values: number[], size: number): number[] {
  const counts = Array.from({ length: size }, () => 0);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe('H', () => {
  it.each([
    [0, '0 7 22 8 6 4'],
    [1, '11 2 20 1 8 4'],
    [42, '31 23 3 28 4 6'],
    [2_147_483_647, '57 59 9 3 12 2'],
  ])('stands for the same values for ever under the seed %i', (seed, values) => {
    expect(spellOutHashes('H H H H H H', seed)).toBe(values);
  });

  it.each([
    ['second', 0, 0, 60],
    ['minute', 1, 0, 60],
    ['hour', 2, 0, 24],
    ['day of month', 3, 1, 28],
    ['month', 4, 1, 12],
    ['day of week', 5, 0, 7],
  ])('is even over seeds in the field %s', (_, place, first, count) => {
    const inARow = Array.from({ length: SEEDS }, (_, seed) => seed);
    const farApart = inARow.map((index) => (index * 200_003) % 2 ** 31);

    for (const seeds of [inARow, farApart]) {
      const values = seeds.map((seed) => drawn(seed)[place]! - first);

      expect(Math.min(...values)).toBe(0);
      expect(Math.max(...values)).toBe(count - 1);
      expect(Math.abs(unevenness(tally(values, count)))).toBeLessThan(4);
    }
  });

  it.each([
    ['second', 'minute', 0, 60],
    ['minute', 'hour', 1, 24],
    ['hour', 'day of month', 2, 28],
    ['day of month', 'month', 3, 12],
    ['month', 'day of week', 4, 7],
  ])('says nothing about the field %s by the field %s', (_, _other, place, count) => {
    const values = Array.from({ length: SEEDS }, (_, seed) => drawn(seed));
    const base = [0, 0, 0, 1, 1, 0];
    const pairs = values.map((value) => {
      return (value[place]! - base[place]!) * count + value[place + 1]! - base[place + 1]!;
    });

    expect(Math.abs(unevenness(tally(pairs, count * [60, 60, 24, 28, 12][place]!)))).toBeLessThan(
      4,
    );
  });

  it('begins a step at each of the first values alike', () => {
    const firsts = Array.from({ length: SEEDS }, (_, seed) => {
      return parseInt(spellOutHashes('H/15 * * * *', seed), 10);
    });

    expect(Math.max(...firsts)).toBe(14);
    expect(Math.abs(unevenness(tally(firsts, 15)))).toBeLessThan(4);
  });

  it.each(['H', 'h', 'H(0-59)'])('is one value: %s', (item) => {
    expect(spellOutHashes(`${item} * * * *`, 42)).toBe('23 * * * *');
  });

  it.each([
    ['H/15 * * * *', '8-59/15 * * * *'],
    ['H(10-30) H(9-17) * * *', '24 12 * * *'],
    ['H(0-29)/10 * * * *', '3-29/10 * * * *'],
    ['H/60 * * * *', '23 * * * *'],
    ['H,30 0,H(10-20) * * *', '23,30 0,15 * * *'],
    ['0 H/1 * * MON-THU', '0 0-23/1 * * MON-THU'],
    ['0 0 * H(MAR-MAY) H(MON-FRI)', '0 0 * 3 4'],
    ['*/5 0 15W * FRI#3', '*/5 0 15W * FRI#3'],
  ])('spells %s out as %s under the seed 42', (expression, spelled) => {
    expect(spellOutHashes(expression, 42)).toBe(spelled);
  });

  it('reads an expression as what it is spelled out as', () => {
    for (const expression of [
      'H H H H H H',
      'H/7 H(8-18)/3 H/9 H/5 H(1-5)',
      'H,1 H H(3-9),L * H',
    ]) {
      for (let seed = 0; seed < 200; seed += 1) {
        const spelled = spellOutHashes(expression, seed);

        expect(parseCron(expression, seed)).toEqual(parseCron(spelled, 0));
      }
    }
  });

  it.each([
    '0 0 H(29-31) 2 *',
    '0 0 H(29-31) H *',
    '0 0 31 H *',
    '0 0 31 H(3-5) *',
    '0 0 31 H/5 *',
    '0 0 31 H(2-4)/2 *',
  ])('is refused under every seed when it could be a day that never comes: %s', (expression) => {
    for (let seed = 0; seed < 100; seed += 1) {
      expect(() => parseCron(expression, seed)).toThrow('day of month never comes');
    }
  });

  it.each(['0 0 31 H/3 *', '0 0 H(1-29) H *', '0 0 30 H(3-12) *', '0 0 H(29-31) 2 H'])(
    'is taken under every seed when each of its days comes: %s',
    (expression) => {
      for (let seed = 0; seed < 100; seed += 1) {
        expect(() => parseCron(expression, seed)).not.toThrow();
      }
    },
  );

  it('makes a schedule of fixed times, unless it lists all hours', () => {
    const timelineOf = (schedule: string) => {
      const definition = { schedule, timezone: 'Europe/Paris', dst: DEFAULT_DST, seed: 42 };
      return parseUnbounded({ ...definition, anchor: new Date(0) }) as unknown as {
        timeline: { dst: unknown };
      };
    };

    expect(timelineOf('0 H * * *').timeline.dst).toEqual(DEFAULT_DST);
    expect(timelineOf('H H/2 * * *').timeline.dst).toEqual(DEFAULT_DST);
    expect(timelineOf('H H/1 * * *').timeline.dst).toBeNull();
    expect(timelineOf('H * * * *').timeline.dst).toBeNull();
  });
});
