import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { policies } from '../../../test/support/cron-arbitraries.ts';
import { rulesOf, textOf } from '../../../test/support/rrule-arbitraries.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { type Schedule, upcoming } from '../schedule.ts';

const rules = fc
  .constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY')
  .chain((freq) => rulesOf(freq as 'DAILY'));

const places = fc.record({
  timezone: fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca'),
  dst: policies,
  anchor: fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => new Date(seconds * 1000)),
});

/** The schedule, or null when it is refused for one of these reasons. */
function accepted(make: () => Schedule, ...reasons: string[]): Schedule | null {
  try {
    return make();
  } catch (error) {
    if (reasons.some((reason) => String(error).includes(reason))) return null;
    throw error;
  }
}

describe('the end of a rule', () => {
  it('COUNT keeps the first instants of the rule, and no others', () => {
    let seen = 0;
    fc.assert(
      fc.property(rules, places, fc.integer({ min: 1, max: 300 }), (rule, place, count) => {
        const schedule = textOf(rule);
        const whole = accepted(() => parseSchedule({ ...place, schedule }), 'never comes true');
        if (!whole) return;
        const counted = accepted(
          () => parseSchedule({ ...place, schedule: `${schedule};COUNT=${count}` }),
          'COUNT is not reached',
        );
        if (!counted) return;
        seen += 1;

        const all = upcoming(counted, new Date(0), Infinity);

        expect(all).toEqual(upcoming(whole, new Date(0), count));
        expect(counted.latest(new Date(8.64e15))).toEqual(all.at(-1));
        expect(counted.count(new Date(0), new Date(8.64e15))).toBe(all.length);
      }),
      { numRuns: 150 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  it('UNTIL keeps what comes until then', () => {
    fc.assert(
      fc.property(rules, places, fc.nat(1_000_000_000), (rule, place, seconds) => {
        const schedule = textOf(rule);
        const whole = accepted(() => parseSchedule({ ...place, schedule }), 'never comes true');
        if (!whole) return;
        const until = new Date(place.anchor.getTime() + seconds * 1000);
        const text = until.toISOString().replace(/[-:]|\.000/g, '');
        const ended = accepted(
          () => parseSchedule({ ...place, schedule: `${schedule};UNTIL=${text}` }),
          'UNTIL lies before',
        );

        const expected = whole.latest(until);

        expect(ended?.latest(new Date(8.64e15)) ?? null).toEqual(expected);
        expect(ended?.next(until) ?? null).toBeNull();
      }),
      { numRuns: 150 },
    );
  });
});
