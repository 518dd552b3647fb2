import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stepsOf } from '../../test/support/steps.ts';
import { Calendar, type CalendarRules, type Weekday, WEEKDAYS } from './calendar.ts';
import { formatDay, parseDay } from './civil.ts';
import { ListedDays } from './listed-days.ts';
import { timeZone } from './zones/time-zones.ts';

const NOTHING: CalendarRules = { mode: 'exclude', dates: [], weekdays: [], ranges: [] };
/** The days that properties are about: around two months, so that rules meet. */
const FIRST = parseDay('2026-12-01')!;
const LAST = FIRST + 60;

function calendar(rules: Partial<CalendarRules>): Calendar {
  return new Calendar({ ...NOTHING, ...rules });
}

function day(date: string): number {
  return parseDay(date)!;
}

/** The dates from `from` on, so many of them, that a calendar allows. */
function allowed(of: Calendar, from: string, days: number): string[] {
  const all = Array.from({ length: days }, (_, index) => day(from) + index);
  return all.filter((each) => of.allows(each)).map((each) => formatDay(each).slice(8));
}

/** What a reader of the rules would say, date by date and by the calendar of the language. */
function naive({ mode, dates, weekdays, ranges }: CalendarRules, date: string): boolean {
  const weekday = new Date(`${date}T12:00:00Z`).toUTCString().slice(0, 3).toUpperCase();
  const isListed =
    dates.includes(date) ||
    weekdays.includes(weekday as Weekday) ||
    ranges.some(({ from, to }) => from <= date && date <= to);
  return isListed === (mode === 'only');
}

const days = fc.integer({ min: FIRST, max: LAST });
const rules: fc.Arbitrary<CalendarRules> = fc.record({
  mode: fc.constantFrom('exclude', 'only'),
  dates: fc.array(days.map(formatDay), { maxLength: 12 }),
  weekdays: fc.subarray([...WEEKDAYS]),
  ranges: fc.array(
    fc.tuple(days, fc.integer({ min: 0, max: 12 })).map(([from, length]) => ({
      from: formatDay(from),
      to: formatDay(from + length),
    })),
    { maxLength: 6 },
  ),
});

describe('a calendar', () => {
  it('allows every day when it excludes nothing, and none when only nothing is left', () => {
    const everything = calendar({ mode: 'exclude' });
    const none = calendar({ mode: 'only' });

    expect([everything.allows(0), everything.nextAllowedDay(7), everything.previousAllowedDay(7)]) //
      .toEqual([true, 7, 7]);
    expect([none.allows(0), none.nextAllowedDay(7), none.previousAllowedDay(7)]) //
      .toEqual([false, Infinity, -Infinity]);
  });

  it.each([
    [{ dates: ['2026-12-24', '2026-12-26'] }, ['23', '25', '27', '28', '29']],
    [{ weekdays: ['SAT', 'SUN'] }, ['23', '24', '25', '28', '29']],
    [{ ranges: [{ from: '2026-12-24', to: '2026-12-26' }] }, ['23', '27', '28', '29']],
    [
      {
        weekdays: ['SUN'],
        dates: ['2026-12-24'],
        ranges: [{ from: '2026-12-25', to: '2026-12-25' }],
      },
      ['23', '26', '28', '29'],
    ],
  ] satisfies [Partial<CalendarRules>, string[]][])(
    'excludes what it lists, or allows only that: %j',
    (listed, excluding) => {
      const week = ['23', '24', '25', '26', '27', '28', '29'];

      expect(allowed(calendar({ ...listed, mode: 'exclude' }), '2026-12-23', 7)).toEqual(excluding);
      expect(allowed(calendar({ ...listed, mode: 'only' }), '2026-12-23', 7)).toEqual(
        week.filter((date) => !excluding.includes(date)),
      );
    },
  );

  it('goes by the date that the clocks of the zone show', () => {
    const christmas = calendar({ mode: 'only', dates: ['2026-12-25'] });
    const [auckland, honolulu] = [timeZone('Pacific/Auckland')!, timeZone('Pacific/Honolulu')!];
    const at = (instant: string) => new Date(instant);

    expect(christmas.allowsInstant(at('2026-12-24T10:59:59.999Z'), auckland)).toBe(false);
    expect(christmas.allowsInstant(at('2026-12-24T11:00:00.000Z'), auckland)).toBe(true);
    expect(christmas.allowsInstant(at('2026-12-25T10:59:59.999Z'), auckland)).toBe(true);
    expect(christmas.allowsInstant(at('2026-12-25T11:00:00.000Z'), auckland)).toBe(false);
    expect(christmas.allowsInstant(at('2026-12-26T09:59:59.999Z'), honolulu)).toBe(true);
    expect(christmas.allowsInstant(at('2026-12-26T10:00:00.000Z'), honolulu)).toBe(false);
  });

  it('has no next day when all of its days have passed, and no earlier one before the first', () => {
    const past = calendar({ mode: 'only', dates: ['2020-01-01', '2021-01-01'] });

    expect(past.nextAllowedDay(day('2021-01-01'))).toBe(day('2021-01-01'));
    expect(past.nextAllowedDay(day('2021-01-02'))).toBe(Infinity);
    expect(past.previousAllowedDay(day('2021-01-02'))).toBe(day('2021-01-01'));
    expect(past.previousAllowedDay(day('2019-12-31'))).toBe(-Infinity);
  });

  it('finds no day at all when every weekday is excluded', () => {
    const never = calendar({ weekdays: [...WEEKDAYS], dates: ['2026-12-24'] });

    expect(never.allows(FIRST)).toBe(false);
    expect(never.nextAllowedDay(FIRST)).toBe(Infinity);
    expect(never.previousAllowedDay(FIRST)).toBe(-Infinity);
  });

  it('says of each day what a reader of its rules would say', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: FIRST - 10, max: LAST + 20 }), (given, asked) => {
        expect(new Calendar(given).allows(asked)).toBe(naive(given, formatDay(asked)));
      }),
    );
  });

  it('finds the nearest allowed day on either side, and none between', () => {
    fc.assert(
      fc.property(rules, fc.integer({ min: FIRST - 10, max: LAST + 20 }), (given, asked) => {
        const compiled = new Calendar(given);
        // Rules repeat or end within a week around the days that they name.
        const near = Array.from({ length: 110 }, (_, index) => FIRST - 20 + index);
        const fits = near.filter((each) => naive(given, formatDay(each)));

        expect(compiled.nextAllowedDay(asked)).toBe(Math.min(...fits.filter((d) => d >= asked)));
        expect(compiled.previousAllowedDay(asked)).toBe(
          Math.max(...fits.filter((d) => d <= asked)),
        );
      }),
    );
  });

  it('jumps over thousands of excluded days as over one', () => {
    const sundays = Array.from({ length: 2_000 }, (_, week) =>
      formatDay(day('2026-12-06') + 7 * week),
    );
    const weekdays = WEEKDAYS.filter((weekday) => weekday !== 'SUN');
    const closed = calendar({ weekdays, dates: sundays });
    const open = calendar({ mode: 'only', dates: sundays });

    const steps = stepsOf([Calendar, ListedDays, Array], () => {
      expect(closed.nextAllowedDay(day('2026-12-02'))).toBe(day('2026-12-06') + 14_000);
      expect(closed.previousAllowedDay(day('2050-01-01'))).toBe(day('2026-11-29'));
      expect(open.nextAllowedDay(day('2026-12-07'))).toBe(day('2026-12-13'));
      expect(open.allows(day('2026-12-07'))).toBe(false);
    });

    // One for each of the 2,000 would be a search of another kind.
    expect(steps).toBeLessThan(60);
  });

  it('refuses dates that are none', () => {
    expect(() => calendar({ dates: ['2026-02-30'] })).toThrow(RangeError);
    expect(() => calendar({ ranges: [{ from: '2026-02-01', to: '2026' }] })).toThrow('2026,');
  });
});
