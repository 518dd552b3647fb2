import { describe, expect, it } from '@jest/globals';
import { IntervalSchedule, parsePeriod } from './interval-schedule.ts';
import { upcoming } from './schedule.ts';

const FIRST = new Date('2026-03-08T05:00:00.250Z');
const everyNinetySeconds = new IntervalSchedule(90_000, FIRST.getTime());
const plus = (ms: number) => new Date(FIRST.getTime() + ms);

describe('an interval', () => {
  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['2d1s', 172_801_000],
    ['3660d', 3660 * 86_400_000],
  ])('reads %s as %i ms', (text, ms) => expect(parsePeriod(text, 0)).toBe(ms));

  it('has its first instant at its anchor and none before', () => {
    expect(everyNinetySeconds.next(plus(-86_400_000))).toEqual(FIRST);
    expect(everyNinetySeconds.next(plus(-1))).toEqual(FIRST);
    expect(everyNinetySeconds.latest(plus(-1))).toBeNull();
    expect(everyNinetySeconds.latest(FIRST)).toEqual(FIRST);
  });

  it('never drifts: a million periods later it still hits the same grid', () => {
    expect(everyNinetySeconds.next(plus(90_000 * 1_000_000))).toEqual(plus(90_000 * 1_000_001));
    expect(everyNinetySeconds.latest(plus(90_000 * 1_000_000 - 1))).toEqual(plus(90_000 * 999_999));
  });

  it('counts what lies in (after, notAfter]', () => {
    expect(everyNinetySeconds.count(plus(-1), FIRST)).toBe(1);
    expect(everyNinetySeconds.count(FIRST, FIRST)).toBe(0);
    expect(everyNinetySeconds.count(FIRST, plus(900_000))).toBe(10);
    expect(everyNinetySeconds.count(plus(900_000), FIRST)).toBe(0);
    expect(everyNinetySeconds.count(plus(-90_000_000), plus(-1))).toBe(0);
  });

  it('ends with the year 9999', () => {
    const late = new Date('9999-12-31T23:59:30Z');

    expect(upcoming(everyNinetySeconds, late, 5)).toHaveLength(
      everyNinetySeconds.count(late, new Date(8.64e15)),
    );
  });

  it('refuses to be asked about an invalid date', () => {
    expect(() => everyNinetySeconds.next(new Date(NaN))).toThrow('invalid date');
  });
});
