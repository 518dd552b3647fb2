import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  anyDay,
  every,
  expressions,
  onTheMinute,
  policies,
} from '../../../test/support/cron-arbitraries.ts';
import {
  changesBetween,
  DAY,
  HOUR,
  type Listed,
  matchesDay,
  oracle,
  scheduleOf,
  type Window,
} from '../../../test/support/cron-oracle.ts';
import { upcoming, type Schedule } from '../schedule.ts';
import type { TimeZone } from '../zones/time-zone.ts';
import { timeZone, timeZoneNames } from '../zones/time-zones.ts';

const date = (seconds: number) => new Date(seconds * 1000);
const toSeconds = (dates: Date[]) => dates.map((each) => each.getTime() / 1000);

function walkBack(schedule: Schedule, [from, to]: Window): number[] {
  const found: number[] = [];
  for (let at = schedule.latest(date(to)); at && at.getTime() > from * 1000;) {
    found.unshift(at.getTime() / 1000);
    at = schedule.latest(new Date(at.getTime() - 1));
  }
  return found;
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
    const window: Window = [around + shift, around + shift + 40 * HOUR];
    return { name, window };
  });

describe('a cron schedule and the brute-force oracle', () => {
  it('agree for any expression, zone, policy and window from 1971 to 2199', () => {
    fc.assert(
      fc.property(
        expressions,
        places,
        policies,
        fc.nat(),
        (listed, { name, window }, dst, pick) => {
          const schedule = scheduleOf(listed, name, dst);
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
      { seed: 20_260_308, numRuns: 700 },
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
        const window: Window = [change - 30 * HOUR, change + 30 * HOUR];
        for (const overlap of ['first', 'second', 'both'] as const) {
          for (const listed of cases) {
            const dst = { gap: overlap === 'first' ? 'shift' : 'skip', overlap } as const;
            const expected = oracle(listed, zone, dst, window);
            const schedule = scheduleOf(listed, zone.name, dst)!;
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
        const schedule = scheduleOf(listed, name, dst);
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
      { seed: 20_261_101, numRuns: 400 },
    );
  });
});
