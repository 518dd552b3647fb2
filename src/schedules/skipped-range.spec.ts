import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from './dst-policy.ts';
import { parseSchedule } from './parse-schedule.ts';
import { rangeWithout } from './skipped-range.ts';

const instant = (time: string): Date => new Date(`2026-11-24T${time}Z`);
const minutely = parseSchedule({
  schedule: '* * * * *',
  timezone: 'UTC',
  dst: DEFAULT_DST,
  anchor: instant('09:00:00'),
});

describe('a range in which occurrences have rows of their own', () => {
  const whole = { from: instant('09:01:00'), to: instant('09:06:00'), count: 6 } as const;
  const parts = (...taken: string[]): string[] =>
    rangeWithout(minutely, whole, taken.map(instant)).map(({ from, to, count }) =>
      [from.toISOString().slice(14, 16), to.toISOString().slice(14, 16), count].join(' '),
    );

  it('is whole without any', () => {
    expect(parts()).toEqual(['01 06 6']);
  });

  it.each<[string[], string[]]>([
    [['09:03:00'], ['01 02 2', '04 06 3']],
    [['09:01:00'], ['02 06 5']],
    [['09:06:00'], ['01 05 5']],
    [
      ['09:02:00', '09:05:00'],
      ['01 01 1', '03 04 2', '06 06 1'],
    ],
    [
      ['09:02:00', '09:03:00'],
      ['01 01 1', '04 06 3'],
    ],
    [['09:02:30'], ['01 02 2', '03 06 4']],
  ])('goes round them: %j', (taken, expected) => {
    expect(parts(...taken)).toEqual(expected);
  });

  it('may be nothing but those', () => {
    const all = ['09:01:00', '09:02:00', '09:03:00', '09:04:00', '09:05:00', '09:06:00'];

    expect(parts(...all)).toEqual([]);
  });
});
