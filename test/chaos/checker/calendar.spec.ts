import { describe, expect, it } from '@jest/globals';
import { instantsOf, longestGap, type Rule } from './calendar.ts';

const START = Date.UTC(2026, 10, 24, 9);

function rule(schedule: string, fields: Partial<Rule> = {}): Rule {
  return { schedule, anchor: START, startAt: null, ...fields };
}

/** Seconds after the start. */
function seconds(of: Rule, after: number, until: number): number[] {
  const instants = instantsOf(of, START + after * 1_000, START + until * 1_000);
  return instants.map((ms) => (ms - START) / 1_000);
}

describe('the calendar of the checker', () => {
  it.each<[Rule, number[]]>([
    [rule('*/20 * * * * *'), [20, 40, 60, 80]],
    [rule('*/25 * * * * *'), [25, 50, 60, 85]],
    [rule('5,50 * * * * *'), [5, 50, 65]],
    [rule('@every 30s'), [30, 60, 90]],
    [rule('@every 30s', { anchor: START + 12_345 }), [12.345, 42.345, 72.345]],
    [rule('@every 30s', { anchor: START - 45_500 }), [14.5, 44.5, 74.5]],
    [rule('*/20 * * * * *', { startAt: START + 40_000 }), [40, 60, 80]],
  ])('knows %j', (of, expected) => {
    expect(seconds(of, 0, 90)).toEqual(expected);
  });

  it('leaves out the instant that it begins after, and holds the one that it ends with', () => {
    expect(seconds(rule('*/20 * * * * *'), 20, 60)).toEqual([40, 60]);
    expect(seconds(rule('@every 20s', { anchor: START + 500 }), 20.5, 60.5)).toEqual([40.5, 60.5]);
    expect(seconds(rule('*/20 * * * * *'), 19.999, 20)).toEqual([20]);
  });

  it('tells the longest time between two instants', () => {
    expect(longestGap(rule('*/25 * * * * *'))).toBe(25_000);
    expect(longestGap(rule('5,50 * * * * *'))).toBe(45_000);
    expect(longestGap(rule('@every 7s'))).toBe(7_000);
  });

  it('refuses what it does not know', () => {
    expect(() => seconds(rule('0 9 * * *'), 0, 60)).toThrow('does not know');
  });
});
