import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { ScheduleError } from '../schedule-error.ts';

/** The clause, the expression, the place of what is wrong, counted from 0, and what is said of it. */
type Refusal = [clause: string, schedule: string, position: number, message: string];

function itRefuses(refusals: Refusal[]): void {
  it.each(refusals)('%s: %j at %i', (_, schedule, position, message) => {
    let error: unknown;
    try {
      parseSchedule({ schedule, timezone: 'UTC', dst: DEFAULT_DST, anchor: new Date(0) });
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(ScheduleError);
    expect(error).toMatchObject({ field: 'schedule', position });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain(`(at character ${position + 1})`);
  });
}

describe('fields that are refused', () => {
  itRefuses([
    ['fields: none', '', 0, 'must not be empty'],
    ['fields: nothing but space', '   ', 0, 'must not be empty'],
    ['fields: too few', '0 0 * *', 7, 'takes 5 or 6 fields, got 4'],
    ['fields: too many', '0 0 9 * * * 2027', 12, 'takes 5 or 6 fields, got 7'],
    ['fields: words', 'tomorrow', 8, 'takes 5 or 6 fields, got 1'],
    ['fields: a line break', '0 9 * * *\n', 9, 'no control characters'],
    ['fields: a zero byte', '0 9 * *\u0000 *', 7, 'no control characters'],
    ['fields: a space of another kind', '0 9 * * \u00a01', 8, 'got something else'],
    ['fields: too long', `${'1,'.repeat(500)}1 * * * *`, 1000, 'at most 1000 characters, got 1009'],
    ['fields: an empty list', ', * * * *', 0, 'minute takes 0 to 59, got nothing'],
    ['fields: a gap in a list', '1,,2 * * * *', 2, 'minute takes 0 to 59, got nothing'],
    ['fields: a list that goes on', '0 1,2, * * *', 6, 'hour takes 0 to 23, got nothing'],
    ['fields: a comma for a space', '0,9 * * *', 9, 'takes 5 or 6 fields, got 4'],
  ]);
});

describe('values that are refused', () => {
  itRefuses([
    ['values: minute 60', '60 * * * *', 0, 'minute takes 0 to 59, got 60'],
    ['values: hour 24', '0 24 * * *', 2, 'hour takes 0 to 23, got 24'],
    ['values: day 0', '0 0 0 * *', 4, 'day of month takes 1 to 31, got 0'],
    ['values: day 32 in a list', '0 0 1,32 * *', 6, 'day of month takes 1 to 31, got 32'],
    ['values: month 0', '0 0 * 0 *', 6, 'month takes 1 to 12 or JAN to DEC, got 0'],
    ['values: month 13', '0 0 * 13 *', 6, 'month takes 1 to 12 or JAN to DEC, got 13'],
    ['values: weekday 8', '0 0 * * 8', 8, 'day of week takes 0 to 7 or SUN to SAT, got 8'],
    ['values: second 99', '99 0 0 * * *', 0, 'second takes 0 to 59, got 99'],
    ['values: the last field of six', '0 0 0 * * 9', 10, 'day of week takes 0 to 7'],
    ['values: a fraction', '1.5 * * * *', 0, 'minute takes 0 to 59'],
    ['values: a sign', '+5 * * * *', 0, 'minute takes 0 to 59, got something else'],
    ['values: a negative number', '-5 * * * *', 0, 'minute takes 0 to 59, got nothing'],
    ['values: hexadecimal', '0x5 * * * *', 0, 'minute takes 0 to 59, got 0x5'],
    ['values: many digits', '00005 * * * *', 0, 'minute takes 0 to 59, got 00005'],
    ['values: digits of another script', '\u0665 * * * *', 0, 'minute takes 0 to 59'],
    ['values: after tabs and spaces', ' \t 0 \t 99 * * *', 7, 'hour takes 0 to 23, got 99'],
  ]);
});

describe('names that are refused', () => {
  itRefuses([
    ['names: a weekday for a month', '0 0 * MON *', 6, 'month takes 1 to 12 or JAN to DEC'],
    ['names: a month for a weekday', '0 0 * * JAN', 8, 'day of week takes 0 to 7 or SUN to SAT'],
    ['names: written out', '0 0 * JANUARY *', 6, 'got JANUARY'],
    ['names: two letters', '0 0 * * MO', 8, 'got MO'],
    ['names: in a field without', 'MON * * * *', 0, 'minute takes 0 to 59, got MON'],
    ['names: of another language', '0 0 * * LUN', 8, 'day of week'],
    ['names: a range that begins with none', '0 0 * FOO-MAR *', 6, 'got FOO'],
    ['names: a range that ends with none', '0 0 * JAN-FOO *', 10, 'got FOO'],
  ]);
});

describe('ranges that are refused', () => {
  itRefuses([
    ['ranges: without an end', '5- * * * *', 2, 'minute takes 0 to 59, got nothing'],
    ['ranges: three ends', '1-5-9 * * * *', 3, 'minute has a range with three ends'],
    ['ranges: backwards', '0 22-2 * * *', 5, 'hour has a range that runs backwards'],
    ['ranges: days backwards', '0 0 5-1 * *', 6, 'day of month has a range that runs backwards'],
    [
      'ranges: weekdays backwards',
      '0 0 * * 6-0',
      10,
      'day of week has a range that runs backwards',
    ],
    ['ranges: words backwards', '0 0 * NOV-FEB *', 10, 'month has a range that runs backwards'],
    ['ranges: weekdays by word backwards', '0 0 * * FRI-MON', 12, 'runs backwards'],
    ['ranges: beyond the field', '0 9-24 * * *', 4, 'hour takes 0 to 23, got 24'],
    ['ranges: from everything', '*-5 * * * *', 0, 'minute takes 0 to 59, got *'],
    ['ranges: to everything', '5-* * * * *', 2, 'minute takes 0 to 59, got *'],
    ['ranges: around midnight', '0 23-1 * * *', 5, 'write it as two ranges'],
  ]);
});

describe('steps that are refused', () => {
  itRefuses([
    ['steps: of 0', '*/0 * * * *', 2, 'minute takes steps from 1 to 60, got 0'],
    ['steps: longer than the field', '*/90 * * * *', 2, 'minute takes steps from 1 to 60, got 90'],
    ['steps: of 25 hours', '0 */25 * * *', 4, 'hour takes steps from 1 to 24, got 25'],
    ['steps: of 13 months', '0 0 1 */13 *', 8, 'month takes steps from 1 to 12, got 13'],
    ['steps: of 8 weekdays', '0 0 * * */8', 10, 'day of week takes steps from 1 to 7, got 8'],
    ['steps: of 32 days', '0 0 */32 * *', 6, 'day of month takes steps from 1 to 31, got 32'],
    ['steps: of nothing', '*/ * * * *', 2, 'minute takes steps from 1 to 60, got nothing'],
    ['steps: negative', '*/-5 * * * *', 2, 'minute takes steps from 1 to 60, got -5'],
    ['steps: by word', '0 0 * */FEB *', 8, 'month takes steps from 1 to 12, got FEB'],
    ['steps: two', '*/5/5 * * * *', 3, 'minute has more than one step'],
    ['steps: over one value', '5/15 * * * *', 0, 'write 5-59/15'],
    ['steps: over one word', '0 0 1 FEB/2 *', 6, 'write FEB-12/2'],
    ['steps: over nothing', '/5 * * * *', 0, 'minute takes 0 to 59, got nothing'],
    ['steps: over ?', '0 0 ?/2 * *', 4, 'day of month knows L, LW and 15W'],
  ]);
});

describe('day forms that are refused', () => {
  itRefuses([
    ['?: in another field', '? * * * *', 0, 'minute takes 0 to 59, got ?'],
    ['?: for a month', '0 0 * ? *', 6, 'month takes 1 to 12 or JAN to DEC, got ?'],
    ['?: in a list', '0 0 ?,3 * *', 4, 'day of month knows L, LW and 15W'],
    ['L: days before the last', '0 0 L-3 * *', 4, 'day of month knows L, LW and 15W'],
    ['L: a day of the month with it', '0 0 15L * *', 6, 'day of month knows L, LW and 15W'],
    ['L: a weekday field without a day', '0 0 * * L', 8, 'day of week knows 5L and 5#3'],
    ['L: in another field', '0 L * * *', 2, 'hour takes 0 to 23, got L'],
    ['5L: of no weekday', '0 0 * * 8L', 8, 'day of week takes 0 to 7 or SUN to SAT, got 8'],
    ['5L: of a range', '0 0 * * 1-5L', 11, 'day of week knows 5L and 5#3'],
    ['W: of a range', '0 0 1-5W * *', 7, 'day of month knows L, LW and 15W'],
    ['W: of no day', '0 0 32W * *', 4, 'day of month takes 1 to 31, got 32'],
    ['W: of day 0', '0 0 0W * *', 4, 'day of month takes 1 to 31, got 0'],
    ['W: by itself', '0 0 W * *', 4, 'day of month knows L, LW and 15W'],
    ['W: the wrong way round', '0 0 WL * *', 4, 'day of month knows L, LW and 15W'],
    ['W: a weekday field', '0 0 * * 15W', 10, 'day of week knows 5L and 5#3'],
    ['#: the sixth', '0 0 * * 5#6', 10, 'day of week takes # with 1 to 5, got 6'],
    ['#: the zeroth', '0 0 * * 5#0', 10, 'day of week takes # with 1 to 5, got 0'],
    ['#: without a place', '0 0 * * 5#', 10, 'day of week takes # with 1 to 5, got nothing'],
    ['#: of no weekday', '0 0 * * 9#1', 8, 'day of week takes 0 to 7'],
    ['#: without a weekday', '0 0 * * #2', 8, 'day of week knows 5L and 5#3'],
    ['#: of a range', '0 0 * * 1-5#2', 11, 'day of week knows 5L and 5#3'],
    ['#: in the other day field', '0 0 5#2 * *', 5, 'day of month knows L, LW and 15W'],
  ]);
});

describe('dates that never come', () => {
  const message = 'day of month never comes in the given months';

  itRefuses([
    ['never: 30 February', '0 0 30 2 *', 4, message],
    ['never: 31 in short months', '0 0 31 4,6,9,11 *', 4, message],
    ['never: 30 February as a working day', '0 0 30W feb ?', 4, message],
    ['never: with seconds', '* 0 0 30,31 2 *', 6, message],
    ['never: a range', '0 0 30-31 FEB *', 4, message],
    ['never: a day that H may stand for', '0 0 H(29-31) 2 *', 4, message],
    ['never: a month that H may stand for', '0 0 31 H *', 4, message],
  ]);
});

describe('H that is refused', () => {
  const known = 'minute knows H, H/2, H(1-5) and H(1-5)/2, each as an item of its own';

  itRefuses([
    ['H: a range beyond the field', 'H(5-70) * * * *', 4, 'minute takes 0 to 59, got 70'],
    ['H: a range backwards', 'H(9-3) * * * *', 4, 'minute has a range that runs backwards'],
    ['H: a range without a begin', 'H(-5) * * * *', 2, 'minute takes 0 to 59, got nothing'],
    ['H: a range without an end', 'H(5-) * * * *', 4, 'minute takes 0 to 59, got nothing'],
    ['H: a range with three ends', 'H(1-5-9) * * * *', 1, known],
    ['H: one value in brackets', 'H(5) * * * *', 1, known],
    ['H: a list in brackets', 'H(0,5) * * * *', 1, known],
    ['H: everything in brackets', 'H(*) * * * *', 1, known],
    ['H: empty brackets', 'H() * * * *', 1, known],
    ['H: an open bracket', 'H(5-9 * * * *', 1, known],
    ['H: something after the bracket', 'H(1-5)x * * * *', 1, known],
    ['H: brackets without H', '(1-5) * * * *', 0, 'minute takes 0 to 59, got (1'],
    ['H: a space in brackets', 'H( 1-5) * * *', 1, known],
    ['H: twice', 'HH * * * *', 1, known],
    ['H: the begin of a range', 'H-5 * * * *', 1, known],
    ['H: the end of a range', '5-H * * * *', 2, 'minute takes 0 to 59, got H'],
    ['H: after a number', '5H * * * *', 0, 'minute takes 0 to 59, got 5H'],
    ['H: a step of 0', 'H/0 * * * *', 2, 'minute takes steps from 1 to 60, got 0'],
    ['H: a step longer than the field', 'H/61 * * * *', 2, 'steps from 1 to 60, got 61'],
    ['H: a step longer than its range', 'H(0-29)/31 * * * *', 8, 'steps from 1 to 30, got 31'],
    ['H: a step of days beyond the 28th', '0 0 H/29 * *', 6, 'takes steps from 1 to 28, got 29'],
    ['H: two steps', 'H/5/5 * * * *', 3, 'minute has more than one step'],
    ['H: as a step', '*/H * * * *', 2, 'minute takes steps from 1 to 60, got H'],
    ['H: a range of hours beyond the day', '0 H(0-24) * * *', 6, 'hour takes 0 to 23, got 24'],
    ['H: day 0', '0 0 H(0-5) * *', 6, 'day of month takes 1 to 31, got 0'],
    ['H: an unknown month', '0 0 * H(JAN-XYZ) *', 12, 'month takes 1 to 12'],
    ['H: weekdays backwards', '0 0 * * H(SAT-MON)', 14, 'runs backwards'],
    ['H: with W', '0 0 HW * *', 5, 'day of month knows L, LW and 15W'],
    ['H: with L', '0 0 * * HL', 8, 'day of week takes 0 to 7 or SUN to SAT, got H'],
    ['H: with #', '0 0 * * H#2', 8, 'day of week takes 0 to 7 or SUN to SAT, got H'],
    ['H: as the place of #', '0 0 * * 5#H', 10, 'day of week takes # with 1 to 5, got H'],
  ]);
});

describe('nicknames, intervals and one-offs that are refused', () => {
  itRefuses([
    ['nicknames: unknown', '@reboot', 0, 'this nickname is not one of @hourly'],
    ['nicknames: none', '@', 0, 'this nickname is not one of @hourly'],
    ['nicknames: after space', '  @fortnightly', 2, 'this nickname is not one of @hourly'],
    ['nicknames: with something after it', '@daily 5', 7, '@daily takes nothing after it'],
    ['interval: without a period', '@every', 6, '@every takes whole days'],
    ['interval: a fraction', '@every 1.5h', 7, '@every takes whole days'],
    ['interval: units in another order', '@every 30m1h', 7, '@every takes whole days'],
    ['interval: a unit twice', '@every 1h1h', 7, '@every takes whole days'],
    ['interval: milliseconds', '@every 500ms', 7, '@every takes whole days'],
    ['interval: weeks', '@every 1w', 7, '@every takes whole days'],
    ['interval: without a unit', '@every 90', 7, '@every takes whole days'],
    ['interval: with a space in it', '@every 1h 30m', 7, '@every takes whole days'],
    ['interval: negative', '@every -5s', 7, '@every takes whole days'],
    ['interval: zero', '@every 0s', 7, '@every takes at least 1 second'],
    ['interval: too long', '@every 3661d', 7, '@every takes at most 3660 days'],
    ['interval: too long in seconds', '@every 999999999s', 7, '@every takes at most 3660 days'],
    ['one-off: without an instant', '@at', 3, '@at takes an instant that exists'],
    [
      'one-off: without an offset',
      '@at 2027-01-31T09:00:00',
      4,
      '@at takes an instant that exists',
    ],
    ['one-off: a date', '@at 2027-01-31', 4, '@at takes an instant that exists'],
    ['one-off: a word', '@at noon', 4, '@at takes an instant that exists'],
    ['one-off: microseconds', '@at 2027-01-31T09:00:00.1234Z', 4, '@at takes an instant'],
    ['one-off: 30 February', '@at 2027-02-30T09:00:00Z', 4, '@at takes an instant'],
    ['one-off: 24:00', '@at 2027-01-31T24:00:00Z', 4, '@at takes an instant that exists'],
    ['one-off: a leap second', '@at 2027-01-31T23:59:60Z', 4, '@at takes an instant that exists'],
    ['one-off: month 13', '@at 2027-13-01T00:00:00Z', 4, '@at takes an instant that exists'],
    ['one-off: no such offset', '@at 2027-01-31T09:00:00+24:00', 4, '@at takes an instant'],
    ['one-off: before 1970', '@at 1969-12-31T23:59:59Z', 4, '@at takes an instant that exists'],
    ['one-off: after 9999', '@at 9999-12-31T23:59:59-01:00', 4, '@at takes an instant'],
  ]);
});
