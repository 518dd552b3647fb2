import fc from 'fast-check';
import type { Frequency, Rule } from './rrule-oracle.ts';

const DAY_NAMES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const BY_CLOCK: Frequency[] = ['HOURLY', 'MINUTELY', 'SECONDLY'];

/** The rule as one writes it. */
export function textOf(rule: Rule): string {
  const { freq, interval, weekStart, weekdays } = rule;
  const days = weekdays?.map(({ weekday, place }) => `${place || ''}${DAY_NAMES[weekday]}`);
  const parts: [string, { join(): string } | string | undefined][] = [
    ['FREQ', freq],
    ['INTERVAL', interval === 1 ? undefined : String(interval)],
    ['WKST', weekStart === 1 ? undefined : DAY_NAMES[weekStart]],
    ['BYMONTH', rule.months],
    ['BYWEEKNO', rule.weekNumbers],
    ['BYYEARDAY', rule.yearDays],
    ['BYMONTHDAY', rule.monthDays],
    ['BYDAY', days],
    ['BYHOUR', rule.hours],
    ['BYMINUTE', rule.minutes],
    ['BYSECOND', rule.seconds],
    ['BYSETPOS', rule.positions],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return given
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : value!.join()}`)
    .join(';');
}

/** Rules of one frequency, all parts that it takes left out or given at random. */
export function rulesOf(freq: Frequency): fc.Arbitrary<Rule> {
  const isYearly = freq === 'YEARLY';
  return fc
    .record({
      interval: fc.oneof(
        fc.constant(1),
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 2, max: 90 }),
      ),
      weekStart: fc.constantFrom(1, 0, 4),
      months: seldom(list(1, 12, 8)),
      weekNumbers: isYearly ? seldom(signed(53, 5)) : absent,
      yearDays: isYearly || BY_CLOCK.includes(freq) ? seldom(signed(366, 60)) : absent,
      monthDays: freq === 'WEEKLY' ? absent : seldom(signed(31, 9)),
      weekdays: sometimes(weekdays(isYearly ? 53 : freq === 'MONTHLY' ? 5 : 0)),
      hours: sometimes(fc.oneof(list(0, 4, 4), list(0, 23, 9), fc.constant(range(24)))),
      minutes: sometimes(list(0, 59, 4)),
      seconds: seldom(list(0, 59, 3)),
      positions: seldom(signed(4, 3)),
    })
    .map((parts) => tidy({ freq, ...parts }));
}

const absent = fc.constant(undefined);

/** Leaves out what the standard does not allow beside the rest. */
function tidy(rule: { freq: Frequency } & { [Name in keyof Rule]: Rule[Name] | undefined }): Rule {
  const { weekNumbers, positions, weekdays, ...rest } = rule;
  const names = weekNumbers ? weekdays?.map((each) => ({ ...each, place: 0 })) : weekdays;
  const others = [rest.months, weekNumbers, rest.yearDays, rest.monthDays, names];
  const hasOther = [...others, rest.hours, rest.minutes, rest.seconds].some(Boolean);
  const all = {
    ...rest,
    weekNumbers,
    weekdays: names,
    positions: hasOther ? positions : undefined,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as Rule;
}

function weekdays(places: number): fc.Arbitrary<{ weekday: number; place: number }[]> {
  const place = fc.oneof(fc.constant(0), fc.integer({ min: -Math.min(2, places), max: places }));
  const day = fc.record({ weekday: fc.integer({ min: 0, max: 6 }), place });
  return fc.array(day, { minLength: 1, maxLength: 5 });
}

function list(min: number, max: number, maxLength: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength });
}

function signed(max: number, maxLength: number): fc.Arbitrary<number[]> {
  const number = fc.integer({ min: -max, max }).filter((value) => value !== 0);
  return fc.uniqueArray(number, { minLength: 1, maxLength });
}

function seldom<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: absent }, { weight: 1, arbitrary: value });
}

function sometimes<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(absent, value);
}

function range(size: number): number[] {
  return Array.from({ length: size }, (_, value) => value);
}
