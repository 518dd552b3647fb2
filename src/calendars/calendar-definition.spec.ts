import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../common/errors.ts';
import { formatDay } from '../schedules/civil.ts';
import { WEEKDAYS } from '../schedules/calendar.ts';
import {
  hasSameRules,
  importedDefinition,
  newDefinition,
  patchedDefinition,
} from './calendar-definition.ts';

const WINTER = { from: '2027-12-20', to: '2028-01-10' };
const SUMMER = { from: '2027-07-01', to: '2027-07-31' };

function datesFrom(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => formatDay(first + index));
}

function violationsOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.violations;
    throw error;
  }
  return [];
}

describe('the definition of a calendar', () => {
  it('excludes nothing unless it says so', () => {
    expect(newDefinition({})).toEqual({
      description: null,
      mode: 'exclude',
      dates: [],
      weekdays: [],
      ranges: [],
    });
  });

  it('has its lists in order, and everything once', () => {
    const definition = newDefinition({
      dates: ['2027-12-25', '2027-01-01', '2027-12-25'],
      weekdays: ['SUN', 'MON', 'SUN'],
      ranges: [WINTER, SUMMER, { ...WINTER }, { ...SUMMER, to: '2027-07-02' }],
    });

    expect(definition).toMatchObject({
      dates: ['2027-01-01', '2027-12-25'],
      weekdays: ['MON', 'SUN'],
      ranges: [{ ...SUMMER, to: '2027-07-02' }, SUMMER, WINTER],
    });
  });

  it('is patched list by list', () => {
    const before = newDefinition({ description: 'a', dates: ['2027-01-01'], weekdays: ['SUN'] });

    expect(patchedDefinition(before, { dates: ['2027-05-01'] })).toEqual({
      ...before,
      dates: ['2027-05-01'],
    });
    expect(patchedDefinition(before, { description: null, dates: [] })).toEqual({
      ...before,
      description: null,
      dates: [],
    });
  });

  it('takes more days from a file, or others', () => {
    const before = newDefinition({ dates: ['2027-01-01'], weekdays: ['SUN'], ranges: [SUMMER] });
    const days = { dates: ['2027-12-25', '2027-01-01'], ranges: [WINTER] };

    expect(importedDefinition(before, days, false)).toEqual({
      ...before,
      dates: ['2027-01-01', '2027-12-25'],
      ranges: [SUMMER, WINTER],
    });
    expect(importedDefinition(before, { dates: ['2027-12-25'], ranges: [] }, true)).toEqual({
      ...before,
      dates: ['2027-12-25'],
      ranges: [],
    });
    expect(importedDefinition(undefined, days, true)).toMatchObject({
      mode: 'exclude',
      weekdays: [],
    });
  });

  it.each([
    ['mode', 'nothing would ever run', { mode: 'only' as const }],
    ['weekdays', 'must leave a weekday out', { weekdays: [...WEEKDAYS] }],
    ['dates', 'at most 2000 entries, these are 2001', { dates: datesFrom(20_000, 2_001) }],
    [
      'ranges',
      'at most 500 entries, these are 501',
      { ranges: datesFrom(20_000, 501).map((from) => ({ from, to: from })) },
    ],
  ])('is refused for its %s: %s', (path, message, input) => {
    expect(violationsOf(() => newDefinition(input))).toEqual([
      { path, message: expect.stringContaining(message) },
    ]);
  });

  it('may be as large as it gets', () => {
    const dates = datesFrom(20_000, 2_000);
    const ranges = datesFrom(20_000, 500).map((from) => ({ from, to: from }));

    expect(newDefinition({ mode: 'only', dates, ranges, weekdays: [...WEEKDAYS] })).toBeDefined();
  });

  it('cannot be left with only nothing by a patch or by a file', () => {
    const only = newDefinition({ mode: 'only', dates: ['2027-01-01'] });
    const flaw = [{ path: 'mode', message: expect.any(String) }];

    expect(violationsOf(() => patchedDefinition(only, { dates: [] }))).toEqual(flaw);
    expect(violationsOf(() => importedDefinition(only, { dates: [], ranges: [] }, true))) //
      .toEqual(flaw);
  });

  it('has the same rules under another description, and none of the same in another mode', () => {
    const one = newDefinition({ dates: ['2027-01-01'] });

    expect(hasSameRules(one, { ...one, description: 'new' })).toBe(true);
    expect(hasSameRules(one, { ...one, mode: 'only' })).toBe(false);
    expect(hasSameRules(one, { ...one, ranges: [WINTER] })).toBe(false);
  });
});
