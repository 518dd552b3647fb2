import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayOf,
  formatDay,
  formatTimeOfDay,
  monthOf,
  monthStart,
  parseDay,
  weekdayOf,
} from './civil.ts';

describe('calendar arithmetic', () => {
  it('agrees with the calendar of the language on every day from 1969 to 2405', () => {
    const wrong: string[] = [];

    for (let day = -365; day < 159_000; day += 1) {
      const date = new Date(day * 86_400_000);
      const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
      const first = day - date.getUTCDate() + 1;
      if (monthOf(day) !== month || monthStart(month) !== first) wrong.push(date.toISOString());
      if (weekdayOf(day) !== date.getUTCDay()) wrong.push(date.toISOString());
    }

    expect(wrong).toEqual([]);
  });

  it('puts the last second before 1970 on the day before', () => {
    expect([dayOf(-1), dayOf(0), dayOf(86_399), dayOf(86_400)]).toEqual([-1, 0, 0, 1]);
  });

  it('prints days and times of day for people', () => {
    expect(formatDay(20_819)).toBe('2027-01-01');
    expect(formatTimeOfDay(20_819 * 86_400 + 9 * 3600 + 5 * 60)).toBe('09:05');
    expect(formatTimeOfDay(9 * 3600 + 7)).toBe('09:00:07');
  });
});

describe('the date of a day', () => {
  it.each([
    '',
    '2026-2-1',
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    ' 2026-01-01',
    '2026-01-01T',
    '２026-01-01',
  ])('is not written %j', (text) => expect(parseDay(text)).toBeNull());

  it('is read back as it was printed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: parseDay('1600-01-01')!, max: parseDay('9999-12-31')! }),
        (any) => {
          const date = new Date(any * 86_400_000).toISOString().slice(0, 10);
          expect([formatDay(any), parseDay(date)]).toEqual([date, any]);
        },
      ),
    );
  });
});
