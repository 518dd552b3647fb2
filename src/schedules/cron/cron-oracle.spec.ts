import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DstPolicy } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming, type Schedule } from '../schedule.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { timeZone, timeZoneNames } from '../zones/time-zones.ts';

/**
 * A second implementation that knows no shortcut: it writes down every listed local time of some
 * days, looks up what the zone makes of each, and sorts. The property tests hold the schedule to it.
 */

const HOUR = 3600;
const DAY = 86_400;

/** A field as text and as the values it stands for. */
interface Field {
  text: string;
  values: number[];
}

/** A day field as text and as a question; `year`, `month` (0 to 11) and `day` are a local date. */
interface DayField {
  text: string;
  matches: (year: number, month: number, day: number) => boolean;
}

interface Listed {
  seconds: Field;
  minutes: Field;
  hours: Field;
  dayOfMonth: DayField;
  months: Field;
  dayOfWeek: DayField;
}

const weekday = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month, day)).getUTCDay();
const monthLength = (year: number, month: number) =>
  new Date(Date.UTC(year, month + 1, 0)).getUTCDate();

function textOf(listed: Listed): string {
  const { seconds, minutes, hours, dayOfMonth, months, dayOfWeek } = listed;
  return [seconds, minutes, hours, dayOfMonth, months, dayOfWeek].map(({ text }) => text).join(' ');
}

function matchesDay(listed: Listed, day: number): boolean {
  const date = new Date(day * DAY * 1000);
  const parts = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()] as const;
  if (!listed.months.values.includes(parts[1] + 1)) return false;
  const byMonth = listed.dayOfMonth.matches(...parts);
  const byWeek = listed.dayOfWeek.matches(...parts);
  const either = listed.dayOfMonth.text !== '*' && listed.dayOfWeek.text !== '*';
  return either ? byMonth || byWeek : byMonth && byWeek;
}

function localTimes(listed: Listed, fromDay: number, toDay: number): number[] {
  const times: number[] = [];
  for (let day = fromDay; day <= toDay; day += 1) {
    if (!matchesDay(listed, day)) continue;
    for (const hour of listed.hours.values) {
      for (const minute of listed.minutes.values) {
        for (const second of listed.seconds.values) {
          times.push(day * DAY + hour * HOUR + minute * 60 + second);
        }
      }
    }
  }
  return times;
}

/** The instants that a local time stands for, in UTC seconds. */
function instantsOf(local: number, zone: TimeZone, dst: DstPolicy, elapsed: boolean): number[] {
  const near = [-30 * HOUR, 30 * HOUR].map((shift) => zone.offsetAt(local + shift));
  const shown = [...new Set(near)].map((offset) => local - offset).sort((a, b) => a - b);
  const real = shown.filter((instant) => instant + zone.offsetAt(instant) === local);
  if (elapsed) return real;
  if (real.length > 1)
    return { first: real.slice(0, 1), second: real.slice(1), both: real }[dst.overlap];
  if (real.length === 1 || dst.gap === 'skip') return real;
  // Walk to the change and move the listed time by what the clock jumped there.
  const [before, after] = near as [number, number];
  return [local + (after - before) - after];
}

function oracle(
  listed: Listed,
  zone: TimeZone,
  dst: DstPolicy,
  [from, to]: [number, number],
): number[] {
  const elapsed = listed.hours.values.length === 24;
  const days = [Math.floor(from / DAY) - 2, Math.floor(to / DAY) + 2] as const;
  const instants = localTimes(listed, ...days).flatMap((time) =>
    instantsOf(time, zone, dst, elapsed),
  );
  const inWindow = instants.filter((instant) => instant > from && instant <= to);
  return [...new Set(inWindow)].sort((a, b) => a - b);
}

const date = (seconds: number) => new Date(seconds * 1000);
const toSeconds = (dates: Date[]) => dates.map((each) => each.getTime() / 1000);

function walkBack(schedule: Schedule, [from, to]: [number, number]): number[] {
  const found: number[] = [];
  for (let at = schedule.latest(date(to)); at && at.getTime() > from * 1000;) {
    found.unshift(at.getTime() / 1000);
    at = schedule.latest(new Date(at.getTime() - 1));
  }
  return found;
}

function changesBetween(zone: TimeZone, fromYear: number, toYear: number): number[] {
  const end = Date.UTC(toYear, 0, 1) / 1000;
  const changes: number[] = [];
  let change = zone.endOf(zone.spanAt(Date.UTC(fromYear, 0, 1) / 1000));
  while (change < end) {
    changes.push(change);
    change = zone.endOf(zone.spanAt(change));
  }
  return changes;
}

/** One zone of all those that change their clocks alike in these years. */
function distinctZones(fromYear: number, toYear: number): TimeZone[] {
  const zones = timeZoneNames().map((name) => timeZone(name)!);
  const byChanges = zones.map((zone): [string, TimeZone] => {
    const changes = changesBetween(zone, fromYear, toYear);
    return [changes.map((change) => `${change} ${zone.offsetAt(change)}`).join(), zone];
  });
  return [...new Map(byChanges).values()];
}

const every = (text: string, min: number, max: number): Field => {
  return { text, values: Array.from({ length: max - min + 1 }, (_, index) => min + index) };
};

const list = (min: number, max: number, maxLength: number): fc.Arbitrary<Field> =>
  fc
    .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength })
    .map((values) => ({ text: values.join(), values }));

const steps = (max: number): fc.Arbitrary<Field> =>
  fc.integer({ min: 2, max: Math.ceil(max / 2) }).map((step) => {
    return {
      text: `*/${step}`,
      values: every('', 0, max).values.filter((value) => value % step === 0),
    };
  });

const anyDay: DayField = { text: '*', matches: () => true };

const dayField = (text: string, matches: DayField['matches']): DayField => ({ text, matches });

const daysOfMonth: fc.Arbitrary<DayField> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(anyDay) },
  list(1, 31, 4).map(({ text, values }) => dayField(text, (_y, _m, day) => values.includes(day))),
  fc.constant(dayField('L', (year, month, day) => day === monthLength(year, month))),
  fc
    .integer({ min: 1, max: 31 })
    .map((wanted) =>
      dayField(`${wanted}W`, (year, month, day) => day === nearest(year, month, wanted)),
    ),
  fc.constant(
    dayField('LW', (year, month, day) => day === nearest(year, month, monthLength(year, month))),
  ),
);

function nearest(year: number, month: number, wanted: number): number | undefined {
  const length = monthLength(year, month);
  if (wanted > length) return undefined;
  const working = every('', 1, length).values.filter((day) => weekday(year, month, day) % 6 !== 0);
  return working.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0];
}

const daysOfWeek: fc.Arbitrary<DayField> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(anyDay) },
  list(0, 7, 3).map(({ text, values }) =>
    dayField(text, (...day) => values.some((value) => value % 7 === weekday(...day))),
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 5 }))
    .map(([wanted, nth]) =>
      dayField(
        `${wanted}#${nth}`,
        (...date) => weekday(...date) === wanted % 7 && Math.ceil(date[2] / 7) === nth,
      ),
    ),
  fc
    .integer({ min: 0, max: 7 })
    .map((wanted) =>
      dayField(
        `${wanted}L`,
        (year, month, day) =>
          weekday(year, month, day) === wanted % 7 && day + 7 > monthLength(year, month),
      ),
    ),
);

const onTheMinute: Field = { text: '0', values: [0] };

const expressions: fc.Arbitrary<Listed> = fc.record({
  seconds: fc.oneof(fc.constant(onTheMinute), list(0, 59, 2)),
  minutes: fc.oneof(list(0, 59, 4), steps(59)),
  hours: fc.oneof(fc.constant(every('*', 0, 23)), list(0, 4, 5), list(0, 23, 12), steps(23)),
  dayOfMonth: daysOfMonth,
  months: fc.oneof({ weight: 4, arbitrary: fc.constant(every('*', 1, 12)) }, list(1, 12, 8)),
  dayOfWeek: daysOfWeek,
});

const policies: fc.Arbitrary<DstPolicy> = fc.record({
  gap: fc.constantFrom('skip' as const, 'shift' as const),
  overlap: fc.constantFrom('first' as const, 'second' as const, 'both' as const),
});

/** A zone and a window of days, most often around a change of its clock. */
const places = fc
  .tuple(
    fc.constantFrom(...timeZoneNames()),
    fc.nat(),
    fc.integer({ min: -30 * HOUR, max: 10 * HOUR }),
  )
  .map(([name, pick, shift]) => {
    const changes = changesBetween(timeZone(name)!, 1971, 2199);
    const around = changes[pick % (changes.length + 1)] ?? 2 * DAY + (pick % (229 * 365)) * DAY;
    const window: [number, number] = [around + shift, around + shift + 40 * HOUR];
    return { name, window };
  });

function accepted(listed: Listed, name: string, dst: DstPolicy): Schedule | null {
  const expression = { schedule: textOf(listed), timezone: name, dst, anchor: date(0) };
  const impossible = !localTimes(listed, 0, 1).length && listed.dayOfWeek.text === '*';
  try {
    return parseSchedule(expression);
  } catch (error) {
    // Only dates that never come are refused here; the oracle cannot see years ahead.
    if (impossible && String(error).includes('never comes')) return null;
    throw error;
  }
}

describe('a cron schedule and the brute-force oracle', () => {
  it('agree for any expression, zone, policy and window from 1971 to 2199', () => {
    fc.assert(
      fc.property(
        expressions,
        places,
        policies,
        fc.nat(),
        (listed, { name, window }, dst, pick) => {
          const schedule = accepted(listed, name, dst);
          if (!schedule) return;
          const [from, to] = window;

          const expected = oracle(listed, timeZone(name)!, dst, window);

          const found = toSeconds(upcoming(schedule, date(from), expected.length + 1));
          expect(found.slice(0, expected.length)).toEqual(expected);
          expect(found[expected.length] ?? Infinity).toBeGreaterThan(to);
          expect(walkBack(schedule, window)).toEqual(expected);
          const middle = from + (pick % (to - from));
          expect(schedule.count(date(from), date(middle))).toBe(
            expected.filter((at) => at <= middle).length,
          );
          expect(schedule.count(date(middle), date(to))).toBe(
            expected.filter((at) => at > middle).length,
          );
        },
      ),
      { numRuns: 2500 },
    );
  });

  it('agree in every zone around each of its changes from 2025 to 2029', () => {
    const daily = { dayOfMonth: anyDay, months: every('*', 1, 12), dayOfWeek: anyDay };
    const quarters = { text: '*/15', values: [0, 15, 30, 45] };
    const night = every('0-4', 0, 4);
    const cases: Listed[] = [
      { ...daily, seconds: onTheMinute, minutes: quarters, hours: night },
      { ...daily, seconds: onTheMinute, minutes: quarters, hours: every('*', 0, 23) },
    ];

    for (const zone of distinctZones(2025, 2030)) {
      for (const change of changesBetween(zone, 2025, 2030)) {
        const window: [number, number] = [change - 30 * HOUR, change + 30 * HOUR];
        for (const overlap of ['first', 'second', 'both'] as const) {
          for (const listed of cases) {
            const dst = { gap: overlap === 'first' ? 'shift' : 'skip', overlap } as const;
            const expected = oracle(listed, zone, dst, window);
            const schedule = accepted(listed, zone.name, dst)!;
            const found = toSeconds(upcoming(schedule, date(window[0]), expected.length));
            // Comparing texts first: ten thousand calls of `expect` would take most of the time.
            if (found.join() !== expected.join()) {
              expect({ zone, dst, found }).toEqual({ zone, dst, found: expected });
            }
          }
        }
      }
    }
  });

  it('agree on the neighbours of an instant when dates are rare', () => {
    const zones = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Beirut');

    fc.assert(
      fc.property(expressions, zones, policies, fc.nat(30_000), (listed, name, dst, start) => {
        const schedule = accepted(listed, name, dst);
        if (!schedule) return;
        const zone = timeZone(name)!;
        const from = (start + 2) * DAY;
        let day = start;
        let expected: number | undefined;
        for (; expected === undefined && day < 80_000; day += 1) {
          if (!matchesDay(listed, day)) continue;
          expected = oracle(listed, zone, dst, [
            Math.max(from, (day - 1) * DAY),
            (day + 2) * DAY,
          ])[0];
        }

        const next = schedule.next(date(from));

        expect(next && next.getTime() / 1000).toBe(expected ?? null);
        if (!next) return;
        const before = schedule.latest(new Date(next.getTime() - 1));
        expect(before?.getTime() ?? 0).toBeLessThanOrEqual(from * 1000);
        expect(before ? schedule.next(before) : next).toEqual(next);
        expect(schedule.count(date(from), next)).toBe(1);
        expect(before ? schedule.count(before, next) : 1).toBe(1);
      }),
      { numRuns: 1500 },
    );
  });
});
