import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDay, parseDay } from '../../schedules/civil.ts';
import { Effort } from './effort.ts';
import { readLocalTime } from './local-time.ts';
import { parseProperty } from './property.ts';
import { Recurrence } from './recurrence.ts';
import { readRule, type RecurrenceRule } from './recurrence-rule.ts';

function ruleOf(text: string): RecurrenceRule {
  const { values } = parseProperty({ number: 1, text: `RRULE:${text}` }, new Effort());
  const rule = readRule(values[0], (value) => readLocalTime(value, null));
  if (typeof rule === 'string') throw new Error(rule);
  return rule;
}

function day(date: string): number {
  return parseDay(date)!;
}

/** The dates that a rule gives from its start up to a last date, both included. */
function dates(start: string, text: string, last: string, from = start): string[] {
  const recurrence = new Recurrence(ruleOf(text), day(start), Infinity);
  const window = { from: day(from), to: day(last) };
  return [...recurrence.days(window, new Effort())].flat().map(formatDay);
}

/** By the letter of RFC 5545, with the calendar of the language, a day at a time from the start. */
function naive(start: string, text: string, last: string): string[] {
  const parts = new Map(text.split(';').map((part) => part.split('=') as [string, string]));
  const list = (name: string) => parts.get(name)?.split(',');
  const dateOf = (date: string) => new Date(`${date}T00:00:00Z`);
  const add = (date: Date, days: number) => new Date(date.getTime() + days * 86_400_000);
  const weekStart = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'].indexOf(parts.get('WKST') ?? 'MO');
  const weekOf = (date: Date) => add(date, -((date.getUTCDay() - weekStart + 7) % 7));
  const first = dateOf(start);
  const frequency = parts.get('FREQ')!;
  const periodOf = (date: Date): number =>
    ({
      DAILY: Math.round((date.getTime() - first.getTime()) / 86_400_000),
      WEEKLY: Math.round((weekOf(date).getTime() - weekOf(first).getTime()) / 604_800_000),
      MONTHLY:
        (date.getUTCFullYear() - first.getUTCFullYear()) * 12 +
        date.getUTCMonth() -
        first.getUTCMonth(),
      YEARLY: date.getUTCFullYear() - first.getUTCFullYear(),
    })[frequency]!;
  const hasDayPart = ['BYMONTHDAY', 'BYYEARDAY', 'BYDAY'].some((name) => parts.has(name));
  const code = (date: Date) => ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][date.getUTCDay()]!;
  const daysInMonth = (date: Date) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const dayOfYear = (date: Date) =>
    Math.round((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / 86_400_000) + 1;
  const daysInYear = (date: Date) => dayOfYear(new Date(Date.UTC(date.getUTCFullYear(), 11, 31)));
  const either = (wanted: string[], fromStart: number, length: number) =>
    wanted.some((each) => Number(each) === fromStart || Number(each) === fromStart - length - 1);
  const nth = (date: Date): string[] => {
    const inMonth = frequency === 'MONTHLY' || parts.has('BYMONTH');
    const place = inMonth ? date.getUTCDate() : dayOfYear(date);
    const length = inMonth ? daysInMonth(date) : daysInYear(date);
    return [
      code(date),
      `${Math.ceil(place / 7)}${code(date)}`,
      `-${Math.ceil((length - place + 1) / 7)}${code(date)}`,
    ];
  };
  const fits = (date: Date): boolean => {
    const month = list('BYMONTH');
    if (month && !month.includes(String(date.getUTCMonth() + 1))) return false;
    const monthDays = list('BYMONTHDAY');
    if (monthDays && !either(monthDays, date.getUTCDate(), daysInMonth(date))) return false;
    const yearDays = list('BYYEARDAY');
    if (yearDays && !either(yearDays, dayOfYear(date), daysInYear(date))) return false;
    const weekdays = list('BYDAY');
    if (weekdays && !nth(date).some((each) => weekdays.includes(each))) return false;
    if (hasDayPart || frequency === 'DAILY') return true;
    if (frequency === 'WEEKLY') return code(date) === code(first);
    if (date.getUTCDate() !== first.getUTCDate()) return false;
    return frequency === 'MONTHLY' || !!month || date.getUTCMonth() === first.getUTCMonth();
  };

  const interval = Number(parts.get('INTERVAL') ?? 1);
  const sets = new Map<number, Date[]>();
  // Some weeks or months begin before the start: their earlier days count for the positions.
  for (let date = add(first, -366); date <= add(dateOf(last), 366); date = add(date, 1)) {
    const period = periodOf(date);
    if (period < 0 || period % interval !== 0 || !fits(date)) continue;
    sets.set(period, [...(sets.get(period) ?? []), date]);
  }
  const positions = list('BYSETPOS');
  return [...sets.keys()]
    .sort((one, other) => one - other)
    .flatMap((period) => {
      const set = sets.get(period)!;
      return positions ? set.filter((_, index) => either(positions, index + 1, set.length)) : set;
    })
    .filter((date) => date >= first)
    .slice(0, Number(parts.get('COUNT') ?? Infinity))
    .filter((date) => date <= dateOf(last))
    .map((date) => date.toISOString().slice(0, 10));
}

describe('a recurrence rule of days', () => {
  it.each([
    ['2026-12-30', 'FREQ=DAILY;INTERVAL=3;COUNT=3', ['2026-12-30', '2027-01-02', '2027-01-05']],
    ['2026-12-30', 'FREQ=WEEKLY;INTERVAL=2;COUNT=2', ['2026-12-30', '2027-01-13']],
    ['2026-12-30', 'FREQ=WEEKLY;BYDAY=FR,MO;COUNT=3', ['2027-01-01', '2027-01-04', '2027-01-08']],
    ['2027-01-31', 'FREQ=MONTHLY;COUNT=3', ['2027-01-31', '2027-03-31', '2027-05-31']],
    ['2027-01-29', 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=3', ['2027-01-29', '2027-02-26', '2027-03-26']],
    ['2027-01-31', 'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2', ['2027-01-31', '2027-02-28']],
    [
      '2027-02-26',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2',
      ['2027-02-26', '2027-03-31'],
    ],
    ['2028-02-29', 'FREQ=YEARLY;COUNT=2', ['2028-02-29', '2032-02-29']],
    ['2027-04-10', 'FREQ=YEARLY;BYYEARDAY=100;COUNT=2', ['2027-04-10', '2028-04-09']],
    ['2027-05-17', 'FREQ=YEARLY;BYDAY=20MO;COUNT=2', ['2027-05-17', '2028-05-15']],
    [
      '1997-05-12',
      'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=3',
      ['1997-05-12', '1998-05-11', '1999-05-17'],
    ],
    ['2026-12-28', 'FREQ=YEARLY;BYWEEKNO=53;COUNT=2', ['2026-12-28', '2032-12-27']],
    ['2027-12-27', 'FREQ=YEARLY;BYWEEKNO=-1;COUNT=2', ['2027-12-27', '2028-12-25']],
    [
      '1998-02-13',
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=3',
      ['1998-02-13', '1998-03-13', '1998-11-13'],
    ],
    [
      '1996-11-05',
      'FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3',
      ['1996-11-05', '2000-11-07', '2004-11-02'],
    ],
    [
      '1997-08-05',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
    ],
    [
      '1997-08-05',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'],
    ],
  ])('from %s: %s', (start, rule, expected) => {
    expect(dates(start, rule, '2040-01-01')).toEqual(expected);
  });

  it('works back to when the Gregorian calendar began', () => {
    expect(dates('1600-02-29', 'FREQ=YEARLY;INTERVAL=8;COUNT=99', '1640-01-01')).toEqual([
      '1600-02-29',
      '1608-02-29',
      '1616-02-29',
      '1624-02-29',
      '1632-02-29',
    ]);
  });

  it('gives the same days to whoever looks in later', () => {
    const rules = ['FREQ=DAILY;INTERVAL=7', 'FREQ=WEEKLY;INTERVAL=3', 'FREQ=MONTHLY;INTERVAL=5'];
    for (const rule of [...rules, 'FREQ=YEARLY;INTERVAL=2']) {
      const all = dates('1999-03-04', rule, '2030-12-31');
      const late = dates('1999-03-04', rule, '2030-12-31', '2020-02-02');

      expect(late).toEqual(all.filter((date) => date >= '2020-02-02'));
    }
  });

  it('agrees with a reading of the standard, day by day', () => {
    const some = <T>(values: readonly T[], max = 3) =>
      fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: max });
    const part = <T>(name: string, values: readonly T[]) =>
      fc.option(
        some(values).map((list) => `${name}=${list.join()}`),
        { nil: undefined, freq: 2 },
      );
    const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
    const placed = weekdays.flatMap((weekday) => [
      weekday,
      `1${weekday}`,
      `-1${weekday}`,
      `5${weekday}`,
    ]);
    const rules = fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY').chain((frequency) =>
      fc.tuple(
        fc.constant(`FREQ=${frequency}`),
        fc.integer({ min: 1, max: 3 }).map((interval) => `INTERVAL=${interval}`),
        part('BYMONTH', [1, 2, 6, 12]),
        part('BYMONTHDAY', [1, 13, 29, 31, -1, -31]),
        part('BYYEARDAY', [1, 60, 365, 366, -1, -366]),
        part('BYDAY', /^[MY]/.test(frequency) ? placed : weekdays),
        part('BYSETPOS', [1, 2, -1]),
        fc.option(fc.constantFrom('WKST=SU', 'WKST=WE'), { nil: undefined }),
        fc.option(
          fc.integer({ min: 1, max: 20 }).map((count) => `COUNT=${count}`),
          { nil: undefined },
        ),
      ),
    );
    const starts = fc.integer({ min: day('2023-01-01'), max: day('2024-12-31') }).map(formatDay);

    fc.assert(
      fc.property(starts, rules, (start, parts) => {
        const rule = parts.filter((each) => each !== undefined).join(';');
        expect(dates(start, rule, '2026-06-30')).toEqual(naive(start, rule, '2026-06-30'));
      }),
      { numRuns: 300 },
    );
  });
});
