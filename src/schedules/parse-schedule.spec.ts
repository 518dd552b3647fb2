import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../test/support/steps.ts';
import { DayRule } from './cron/day-rule.ts';
import { LocalTimes } from './cron/local-times.ts';
import { ValueSet } from './cron/value-set.ts';
import { DEFAULT_DST } from './dst-policy.ts';
import { parseSchedule } from './parse-schedule.ts';
import { ScheduleError } from './schedule-error.ts';
import { upcoming } from './schedule.ts';
import { TimeZone } from './zones/time-zone.ts';
import { timeZone } from './zones/time-zones.ts';
import { Timeline } from './zones/timeline.ts';

const ANCHOR = new Date('2026-01-01T00:10:00Z');

function parse(schedule: string, timezone = 'UTC') {
  return parseSchedule({ schedule, timezone, dst: DEFAULT_DST, anchor: ANCHOR });
}

function errorOf(schedule: string, timezone?: string): ScheduleError {
  try {
    parse(schedule, timezone);
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error(`${schedule} was accepted`);
}

/** The next instants after the anchor, without what is zero in all of them. */
function next(schedule: string, count: number): string {
  const instants = upcoming(parse(schedule), ANCHOR, count).map((date) => date.toISOString());
  return instants.map((text) => text.replace(/(T00:00)?(:00)?\.000Z$/, '')).join(' ');
}

describe('the forms of a schedule', () => {
  it.each([
    [
      '5 fields begin with the minute',
      '0 9 * * 1-5',
      '2026-01-01T09:00 2026-01-02T09:00 2026-01-05T09:00',
    ],
    ['6 fields begin with the second', '15 0 9 * * *', '2026-01-01T09:00:15 2026-01-02T09:00:15'],
    ['a list', '5,50,7 * * * *', '2026-01-01T00:50 2026-01-01T01:05 2026-01-01T01:07'],
    ['a range', '58-59 1 * * *', '2026-01-01T01:58 2026-01-01T01:59 2026-01-02T01:58'],
    [
      'a step over everything',
      '*/25 * * * *',
      '2026-01-01T00:25 2026-01-01T00:50 2026-01-01T01:00',
    ],
    ['a step over a range', '0 9-17/4 * * *', '2026-01-01T09:00 2026-01-01T13:00 2026-01-01T17:00'],
    ['a step as long as the field', '*/60 * * * *', '2026-01-01T01:00 2026-01-01T02:00'],
    ['names of any case', '0 0 * JAN SUN,mon', '2026-01-04 2026-01-05 2026-01-11'],
    ['names in ranges', '0 0 1 feb-APR *', '2026-02-01 2026-03-01 2026-04-01'],
    ['7 is Sunday', '0 0 * * 7', '2026-01-04 2026-01-11'],
    ['0 is Sunday', '0 0 * * 0', '2026-01-04 2026-01-11'],
    ['a range up to 7', '0 0 * * 5-7', '2026-01-02 2026-01-03 2026-01-04 2026-01-09'],
    [
      'a range up to Sunday by name',
      '0 0 * * FRI-SUN',
      '2026-01-02 2026-01-03 2026-01-04 2026-01-09',
    ],
    ['? for any day of the month', '0 0 ? * 1', '2026-01-05 2026-01-12'],
    ['? for any day of the week', '0 0 31 * ?', '2026-01-31 2026-03-31 2026-05-31'],
    ['L is the last day', '0 0 L * *', '2026-01-31 2026-02-28 2026-03-31'],
    ['L in a leap year', '0 0 L 2 *', '2026-02-28 2027-02-28 2028-02-29'],
    ['LW is the last working day', '0 0 LW * *', '2026-01-30 2026-02-27 2026-03-31'],
    [
      '15W is the nearest working day',
      '0 0 15W * *',
      '2026-01-15 2026-02-16 2026-03-16 2026-04-15',
    ],
    ['1W stays in its month', '0 0 1W 8 *', '2026-08-03 2027-08-02 2028-08-01'],
    ['31W only comes in long months', '0 0 31W * *', '2026-01-30 2026-03-31 2026-05-29'],
    ['W in a list', '0 0 1w,15w 2,3 *', '2026-02-02 2026-02-16 2026-03-02 2026-03-16'],
    ['5L is the last Friday', '0 0 * * 5L', '2026-01-30 2026-02-27'],
    ['friL is the last Friday', '0 0 * * friL', '2026-01-30 2026-02-27'],
    ['7L is the last Sunday', '0 0 * * 7L', '2026-01-25 2026-02-22'],
    ['5#3 is the third Friday', '0 0 * * 5#3', '2026-01-16 2026-02-20 2026-03-20'],
    ['7#5 is the fifth Sunday', '0 0 * * 7#5', '2026-03-29 2026-05-31 2026-08-30'],
    ['# in a list', '0 0 * * MON#1,FRI#3', '2026-01-05 2026-01-16 2026-02-02'],
    ['the fifth Monday of February', '0 0 * 2 1#5', '2044-02-29 2072-02-29 2112-02-29'],
    ['31st only in long months', '0 0 31 * *', '2026-01-31 2026-03-31 2026-05-31 2026-07-31'],
    ['29 February', '0 0 29 2 *', '2028-02-29 2032-02-29'],
    ['either day field is enough', '0 0 13 * 5', '2026-01-02 2026-01-09 2026-01-13 2026-01-16'],
    ['a step is a restriction', '0 0 */2 * 5', '2026-01-02 2026-01-03 2026-01-05 2026-01-07'],
    ['a step of 1 is none', '0 0 */1 * 5', '2026-01-02 2026-01-09'],
    ['an impossible date with a weekday', '0 0 30 2 1', '2026-02-02 2026-02-09'],
    ['space and tabs around', '  0\t9  * * * ', '2026-01-01T09:00 2026-01-02T09:00'],
    ['@hourly', '@hourly', '2026-01-01T01:00 2026-01-01T02:00'],
    ['@daily', '@daily', '2026-01-02 2026-01-03'],
    ['@midnight', '@midnight', '2026-01-02 2026-01-03'],
    ['@weekly', '@weekly', '2026-01-04 2026-01-11'],
    ['@monthly', '@monthly', '2026-02-01 2026-03-01'],
    ['@yearly', '@yearly', '2027-01-01 2028-01-01'],
    ['@annually in capitals', '@ANNUALLY', '2027-01-01 2028-01-01'],
    ['@every counts from the anchor', '@every 90s', '2026-01-01T00:11:30 2026-01-01T00:13'],
    ['@every with several units', '@every 1h30m', '2026-01-01T01:40 2026-01-01T03:10'],
    ['@at', '@at 2027-01-31T09:00:00Z', '2027-01-31T09:00'],
    ['@at with an offset', '@at 2027-01-31T09:00+01:30', '2027-01-31T07:30'],
  ])('%s', (_, schedule, expected) => {
    expect(next(schedule, expected.split(' ').length)).toBe(expected);
  });

  it('comes to 2104 after 2096, as 2100 is no leap year', () => {
    const instants = upcoming(parse('0 0 29 2 *'), new Date('2093-01-01T00:00:00Z'), 2);

    expect(instants.map((date) => date.getUTCFullYear())).toEqual([2096, 2104]);
  });

  it.each([
    ['cron', '@daily'],
    ['cron', '* * * * *'],
    ['interval', '@every 5m'],
    ['once', '@at 2027-01-31T09:00:00Z'],
  ])('is of kind %s: %s', (kind, schedule) => expect(parse(schedule).kind).toBe(kind));
});

describe('what is refused, and where', () => {
  it.each([
    ['', 0, 'must not be empty'],
    ['   ', 0, 'must not be empty'],
    ['60 * * * *', 0, 'minute takes 0 to 59, got 60 (at character 1)'],
    ['0 24 * * *', 2, 'hour takes 0 to 23, got 24'],
    ['0 0 0 * *', 4, 'day of month takes 1 to 31, got 0'],
    ['0 0 1,32 * *', 6, 'day of month takes 1 to 31, got 32'],
    ['0 0 * 13 *', 6, 'month takes 1 to 12 or JAN to DEC, got 13'],
    ['0 0 * MON *', 6, 'month takes 1 to 12 or JAN to DEC, got MON'],
    ['0 0 * * 8', 8, 'day of week takes 0 to 7 or SUN to SAT, got 8'],
    ['99 0 0 * * *', 0, 'second takes 0 to 59, got 99'],
    ['-5 * * * *', 0, 'minute takes 0 to 59, got nothing'],
    ['5- * * * *', 2, 'minute takes 0 to 59, got nothing'],
    ['1,,2 * * * *', 2, 'minute takes 0 to 59, got nothing'],
    ['1.5 * * * *', 0, 'minute takes 0 to 59'],
    ['1-5-9 * * * *', 3, 'minute has a range with three ends'],
    ['*/0 * * * *', 2, 'minute takes steps from 1 to 60, got 0'],
    ['*/90 * * * *', 2, 'minute takes steps from 1 to 60, got 90'],
    ['0 */25 * * *', 4, 'hour takes steps from 1 to 24, got 25'],
    ['*/ * * * *', 2, 'minute takes steps from 1 to 60, got nothing'],
    ['*/5/5 * * * *', 3, 'minute has more than one step'],
    ['5/15 * * * *', 0, 'write 5-59/15'],
    ['0 22-2 * * *', 5, 'hour has a range that runs backwards'],
    ['0 0 5-1 * *', 6, 'day of month has a range that runs backwards'],
    ['0 0 * * 6-0', 10, 'day of week has a range that runs backwards'],
    ['0 0 * *', 7, 'takes 5 or 6 fields, got 4'],
    ['0 0 9 * * * 2027', 12, 'takes 5 or 6 fields, got 7'],
    ['tomorrow', 8, 'takes 5 or 6 fields, got 1'],
    ['? * * * *', 0, 'minute takes 0 to 59, got ?'],
    ['0 0 ?,3 * *', 4, 'day of month knows L, LW and 15W'],
    ['0 0 L-3 * *', 4, 'day of month knows L, LW and 15W'],
    ['0 0 1-5W * *', 7, 'day of month knows L, LW and 15W'],
    ['0 0 32W * *', 4, 'day of month takes 1 to 31, got 32'],
    ['0 0 * * L', 8, 'day of week knows 5L and 5#3'],
    ['0 0 * * 15W', 10, 'day of week knows 5L and 5#3'],
    ['0 0 * * 5#6', 10, 'day of week takes # with 1 to 5, got 6'],
    ['0 0 * * 9#1', 8, 'day of week takes 0 to 7'],
    ['0 0 30 2 *', 4, 'day of month never comes in the given months'],
    ['0 0 31 4,6 *', 4, 'day of month never comes in the given months'],
    ['0 0 30W feb ?', 4, 'day of month never comes in the given months'],
    ['* 0 0 30,31 2 *', 6, 'day of month never comes in the given months'],
    ['RRULE:FREQ=DAILY', 0, 'RRULE is not a supported form'],
    ['@reboot', 0, 'this nickname is not one of @hourly'],
    ['@daily 5', 7, '@daily takes nothing after it'],
    ['0 9 * * *\n', 9, 'no control characters'],
    ['0 9 * *\u0000 *', 7, 'no control characters'],
    ['0 9 * * \u00a01', 8, 'day of week takes 0 to 7 or SUN to SAT, got something else'],
    [`${'1,'.repeat(500)}1 * * * *`, 1000, 'at most 1000 characters, got 1009'],
    ['@every', 6, '@every takes whole days'],
    ['@every 1.5h', 7, '@every takes whole days'],
    ['@every 30m1h', 7, '@every takes whole days'],
    ['@every 500ms', 7, '@every takes whole days'],
    ['@every -5s', 7, '@every takes whole days'],
    ['@every 0s', 7, '@every takes at least 1 second'],
    ['@every 3661d', 7, '@every takes at most 3660 days'],
    ['@at', 3, '@at takes an instant that exists'],
    ['@at 2027-01-31T09:00:00', 4, '@at takes an instant that exists'],
    ['@at 2027-01-31', 4, '@at takes an instant that exists'],
    ['@at 2027-01-31T09:00:00.1234Z', 4, '@at takes an instant that exists'],
    ['@at 2027-02-30T09:00:00Z', 4, '@at takes an instant that exists'],
    ['@at 2027-01-31T24:00:00Z', 4, '@at takes an instant that exists'],
    ['@at 2027-01-31T23:59:60Z', 4, '@at takes an instant that exists'],
    ['@at 2027-13-01T00:00:00Z', 4, '@at takes an instant that exists'],
    ['@at 2027-01-31T09:00:00+24:00', 4, '@at takes an instant that exists'],
    ['@at 1969-12-31T23:59:59Z', 4, '@at takes an instant that exists'],
  ])('%j at %i', (schedule, position, message) => {
    const error = errorOf(schedule);

    expect(error.message).toContain(message);
    expect([error.field, error.position]).toEqual(['schedule', position]);
  });

  it('a time zone that IANA does not know, for every form', () => {
    for (const schedule of ['0 9 * * *', '@every 5m', '@at 2027-01-31T09:00:00Z']) {
      const error = errorOf(schedule, 'America/New_Yrok');

      expect([error.field, error.position]).toEqual(['timezone', null]);
      expect(error.message).toContain('got America/New_Yrok');
    }
  });
});

describe('the cost of an expression', () => {
  const LONG_LIST = `${Array.from({ length: 330 }, (_, i) => (i % 50) + 10).join()} 0 29 2 1`;
  const WEEKDAYS = `0 0 ${Array.from({ length: 31 }, (_, i) => `${i + 1}W`).join()} 2 *`;
  const EVERYTHING = `${'*,'.repeat(490)}* * * * *`;
  // With those of the language each value, item and match is a step, not only what is ours.
  const CLASSES = [Array, String, RegExp, Timeline, TimeZone, LocalTimes, DayRule, ValueSet];
  const zone = 'America/New_York';

  it.each([
    ['29 February', '0 0 29 2 *', 1_000],
    ['29 February or a Monday', '0 0 29 2 1', 1_000],
    ['29 February that is a Monday', '0 0 * 2 1#5', 1_000],
    ['every nearest weekday', WEEKDAYS, 1_000],
    ['a list of 330 numbers', LONG_LIST, 10_000],
    ['a list of 490 times everything', EVERYTHING, 50_000],
    ['never again: the clock always jumps over it', '30 2 * 3 0#2', 50_000],
  ])('is bounded, to parse and to advance: %s', (_, schedule, limit) => {
    const dst = { gap: 'skip', overlap: 'first' } as const;
    // What is known of a zone is worked out once, and is not part of the cost.
    timeZone(zone)?.spanAt(Date.UTC(2700, 0) / 1000);

    const steps = stepsOf(CLASSES, () => {
      parseSchedule({ schedule, timezone: zone, dst, anchor: ANCHOR }).next(ANCHOR);
    });

    expect(steps).toBeLessThan(limit);
  });
});
