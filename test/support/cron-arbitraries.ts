import fc from 'fast-check';
import type { DstPolicy } from '../../src/schedules/dst-policy.ts';
import type { DayField, Field, Listed } from './cron-oracle.ts';

/** A field that lists all from `min` to `max`, written as `text`. */
export function every(text: string, min: number, max: number): Field {
  return { text, values: Array.from({ length: max - min + 1 }, (_, index) => min + index) };
}

export const anyDay: DayField = { text: '*', matches: () => true };

export const onTheMinute: Field = { text: '0', values: [0] };

export const policies: fc.Arbitrary<DstPolicy> = fc.record({
  gap: fc.constantFrom('skip' as const, 'shift' as const),
  overlap: fc.constantFrom('first' as const, 'second' as const, 'both' as const),
});

/** A value, a range, or a range with a step. */
function items(min: number, max: number, words: string[] = []): fc.Arbitrary<Field> {
  const written = (value: number) => fc.constantFrom(`${value}`, words[value - min] ?? `${value}`);
  const value = fc.integer({ min, max });
  const single = value.chain((only) => written(only).map((text) => ({ text, values: [only] })));
  const range = fc
    .tuple(value, value, fc.integer({ min: 1, max: 5 }))
    .chain(([one, other, step]) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const values = every('', from, to).values.filter((each) => (each - from) % step === 0);
      const suffix = step === 1 ? '' : `/${step}`;
      return fc.tuple(written(from), written(to)).map(([first, last]) => {
        return { text: `${first}-${last}${suffix}`, values };
      });
    });
  return fc.oneof({ weight: 3, arbitrary: single }, range);
}

function lists(min: number, max: number, longest: number, words?: string[]): fc.Arbitrary<Field> {
  return fc.array(items(min, max, words), { minLength: 1, maxLength: longest }).map((list) => ({
    text: list.map(({ text }) => text).join(),
    values: [...new Set(list.flatMap(({ values }) => values))].sort((a, b) => a - b),
  }));
}

function steps(max: number): fc.Arbitrary<Field> {
  return fc.integer({ min: 2, max: Math.ceil(max / 2) }).map((step) => ({
    text: `*/${step}`,
    values: every('', 0, max).values.filter((value) => value % step === 0),
  }));
}

function weekday(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month, day)).getUTCDay();
}

function monthLength(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

function nearest(year: number, month: number, wanted: number): number | undefined {
  const length = monthLength(year, month);
  if (wanted > length) return undefined;
  const working = every('', 1, length).values.filter((day) => weekday(year, month, day) % 6 !== 0);
  return working.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
}

const dayOfMonthItems: fc.Arbitrary<DayField> = fc.oneof(
  items(1, 31).map<DayField>(({ text, values }) => ({
    text,
    matches: (_year, _month, day) => values.includes(day),
  })),
  fc.constant<DayField>({
    text: 'L',
    matches: (year, month, day) => day === monthLength(year, month),
  }),
  fc.constant<DayField>({
    text: 'LW',
    matches: (year, month, day) => day === nearest(year, month, monthLength(year, month)),
  }),
  fc.integer({ min: 1, max: 31 }).map<DayField>((wanted) => ({
    text: `${wanted}W`,
    matches: (year, month, day) => day === nearest(year, month, wanted),
  })),
);

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

const dayOfWeekItems: fc.Arbitrary<DayField> = fc.oneof(
  items(0, 7, WEEKDAYS).map<DayField>(({ text, values }) => ({
    text,
    matches: (...date) => values.some((value) => value % 7 === weekday(...date)),
  })),
  fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 5 }))
    .map<DayField>(([wanted, nth]) => ({
      text: `${wanted}#${nth}`,
      matches: (...date) => weekday(...date) === wanted % 7 && Math.ceil(date[2] / 7) === nth,
    })),
  fc.integer({ min: 0, max: 7 }).map<DayField>((wanted) => ({
    text: `${wanted}L`,
    matches: (year, month, day) =>
      weekday(year, month, day) === wanted % 7 && day + 7 > monthLength(year, month),
  })),
);

function dayFields(dayItems: fc.Arbitrary<DayField>): fc.Arbitrary<DayField> {
  const open = fc.constantFrom('*', '?').map<DayField>((text) => ({ ...anyDay, text }));
  const list = fc.array(dayItems, { minLength: 1, maxLength: 3 }).map<DayField>((fields) => ({
    text: fields.map(({ text }) => text).join(),
    matches: (...date) => fields.some(({ matches }) => matches(...date)),
  }));
  return fc.oneof({ weight: 2, arbitrary: open }, list);
}

/** Expressions in every form of the dialect but `H`, which only stands for others. */
export const expressions: fc.Arbitrary<Listed> = fc.record({
  seconds: fc.oneof({ weight: 2, arbitrary: fc.constant(onTheMinute) }, lists(0, 59, 2)),
  minutes: fc.oneof(lists(0, 59, 3), steps(59)),
  hours: fc.oneof(fc.constant(every('*', 0, 23)), lists(0, 4, 3), lists(0, 23, 3), steps(23)),
  dayOfMonth: dayFields(dayOfMonthItems),
  months: fc.oneof(
    { weight: 3, arbitrary: fc.constant(every('*', 1, 12)) },
    lists(1, 12, 3, MONTHS),
  ),
  dayOfWeek: dayFields(dayOfWeekItems),
});
