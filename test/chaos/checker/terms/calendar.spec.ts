import { describe, expect, it } from '@jest/globals';
import { instantsOf, nextInstant, type Rule } from './calendar.ts';

const START = Date.UTC(2026, 10, 24, 9);

function rule(schedule: string, fields: Partial<Rule> = {}): Rule {
  const whole = { timezone: 'UTC', anchor: START, startAt: null, endAt: null };
  return { schedule, ...whole, ...fields };
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
    [rule('*/20 * * * * *', { endAt: START + 60_000 }), [20, 40, 60]],
    [rule('* * * * *'), [60]],
    [rule('@at 2026-11-24T09:00:07.500Z'), [7.5]],
    [rule('@at 2026-11-24T09:00:07.500Z', { endAt: START }), []],
    [rule('0 2 29 2 *', { listed: [START, START + 1_000, START + 90_001] }), [1]],
  ])('knows %j', (of, expected) => {
    expect(seconds(of, 0, 90)).toEqual(expected);
  });

  it('leaves out the instant that it begins after, and holds the one that it ends with', () => {
    expect(seconds(rule('*/20 * * * * *'), 20, 60)).toEqual([40, 60]);
    expect(seconds(rule('@every 20s', { anchor: START + 500 }), 20.5, 60.5)).toEqual([40.5, 60.5]);
    expect(seconds(rule('*/20 * * * * *'), 19.999, 20)).toEqual([20]);
  });

  it.each<[Rule, number[]]>([
    [rule('*/20 * * * *'), [20, 40, 60, 80, 100]],
    [rule('*/25 * * * *'), [25, 50, 60, 85, 110]],
    [rule('0,31 * * * *'), [31, 60, 91]],
  ])('knows the minutes of %j', (of, expected) => {
    expect(seconds(of, 0, 7_100)).toEqual(expected.map((minute) => minute * 60));
  });

  it.each<[Rule, number]>([
    [rule('*/25 * * * * *'), 50],
    [rule('@every 7s'), 28],
    [rule('@every 86400s'), 86_400],
    [rule('*/10 * * * *'), 600],
    [rule('*/10 * * * *', { startAt: START + 7_000_000 }), 7_200],
    [rule('@at 2027-11-24T09:00:00Z'), 365 * 86_400],
    [rule('@at 2025-11-24T09:00:00Z'), Infinity],
    [rule('*/25 * * * * *', { endAt: START + 30_000 }), Infinity],
    [rule('77 * * * * *'), Infinity],
    [rule('0 9 * * *', { listed: [START, START + 86_400_000] }), 86_400],
  ])('finds the next instant of %j', (of, expected) => {
    expect((nextInstant(of, START + 25_000) - START) / 1_000).toBe(expected);
  });

  it.each([rule('0 9 * * *'), rule('*/20 * * * *', { timezone: 'Asia/Kathmandu' })])(
    'refuses what it does not know: %j',
    (of) => {
      expect(() => seconds(of, 0, 60)).toThrow('does not know');
    },
  );
});
