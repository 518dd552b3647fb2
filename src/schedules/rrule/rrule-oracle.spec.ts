import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policies } from '../../../test/support/cron-arbitraries.ts';
import { changesBetween, DAY, HOUR, type Window } from '../../../test/support/cron-oracle.ts';
import { rulesOf, textOf } from '../../../test/support/rrule-arbitraries.ts';
import {
  type Frequency,
  oracle,
  type Place,
  type Rule,
} from '../../../test/support/rrule-oracle.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { type Schedule, upcoming } from '../schedule.ts';
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

/** The schedule of a rule; null where it is refused since it never fires. */
function scheduleOf(rule: Rule, { zone, dst, start }: Place): Schedule | null {
  const definition = { timezone: zone.name, dst, anchor: date(start), startAt: date(start) };
  try {
    return parseSchedule({ ...definition, schedule: textOf(rule) });
  } catch (error) {
    if (String(error).includes('never comes true')) return null;
    throw error;
  }
}

/** How long a window shows something of a frequency, and is still written down quickly. */
const WINDOWS: [Frequency, number, number][] = [
  ['YEARLY', 900 * DAY, 40],
  ['MONTHLY', 150 * DAY, 100],
  ['WEEKLY', 50 * DAY, 150],
  ['DAILY', 20 * DAY, 150],
  ['HOURLY', 30 * HOUR, 60],
  ['MINUTELY', 8 * HOUR, 80],
  ['SECONDLY', 2 * HOUR, 60],
];

/** A zone, a policy, a start, and a window some time after it, mostly around a change of clocks. */
function placesOf(length: number): fc.Arbitrary<{ place: Place; window: Window }> {
  return fc
    .record({
      name: fc.constantFrom(...timeZoneNames()),
      dst: policies,
      pick: fc.nat(),
      shift: fc.integer({ min: -length, max: 0 }),
      since: fc.oneof(
        fc.integer({ min: 0, max: 3 * length }),
        fc.integer({ min: 0, max: 20_000 * DAY }),
      ),
    })
    .map(({ name, dst, pick, shift, since }) => {
      const zone = timeZone(name)!;
      const changes = changesBetween(zone, 1975, 2199);
      const around = changes[pick % (changes.length + 1)] ?? (pick % 200_000_000) * 30;
      const from = Math.max(2 * DAY, around + shift);
      const start = Math.max(2 * DAY, from - since);
      return { place: { zone, dst, start }, window: [from, from + length] as const };
    });
}

describe('a rule and the brute-force oracle', () => {
  it.each(WINDOWS)('agree for any zone, policy and start: FREQ=%s', (freq, length, numRuns) => {
    let seen = 0;
    fc.assert(
      fc.property(rulesOf(freq), placesOf(length), fc.nat(), (rule, { place, window }, pick) => {
        const [from, to] = window;
        const expected = oracle(rule, place, window);
        const schedule = scheduleOf(rule, place);

        seen += expected.length;
        if (!schedule) return expect(expected).toEqual([]);
        const found = toSeconds(upcoming(schedule, date(from), expected.length + 1));
        expect(found.slice(0, expected.length)).toEqual(expected);
        expect(found[expected.length] ?? Infinity).toBeGreaterThan(to);
        expect(walkBack(schedule, window)).toEqual(expected);
        const middle = from + (pick % (to - from));
        const before = expected.filter((at) => at <= middle).length;
        expect(schedule.count(date(from), date(middle))).toBe(before);
        expect(schedule.count(date(middle), date(to))).toBe(expected.length - before);
      }),
      { numRuns },
    );
    // Otherwise both might agree on nothing at all.
    expect(seen).toBeGreaterThan(numRuns);
  });
});
