import { describe, expect, it, jest } from '@jest/globals';
import { stepsOf } from '../../../test/support/steps.ts';
import { DEFAULT_DST, type DstPolicy } from '../dst-policy.ts';
import { ClockTimes } from '../local/clock-times.ts';
import { DayTimes } from '../local/day-times.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming } from '../schedule.ts';
import { TimeZone } from '../zones/time-zone.ts';
import { Timeline } from '../zones/timeline.ts';
import { DayRule } from './day-rule.ts';
import { ValueSet } from './value-set.ts';

const ANCHOR = new Date('2026-01-01T00:00:00Z');
const NEW_YORK = 'America/New_York';

function scheduleOf(schedule: string, timezone: string, dst: Partial<DstPolicy> = {}) {
  return parseSchedule({ schedule, timezone, dst: { ...DEFAULT_DST, ...dst }, anchor: ANCHOR });
}

describe('a cron schedule', () => {
  it('answers from inside a repeated hour', () => {
    const inSecondPass = new Date('2026-11-01T06:10:00Z');
    const schedule = (dst: Partial<DstPolicy>) => scheduleOf('30 1 * * *', NEW_YORK, dst);

    expect(schedule({}).next(inSecondPass)).toEqual(new Date('2026-11-02T06:30:00Z'));
    expect(schedule({ overlap: 'both' }).next(inSecondPass)).toEqual(
      new Date('2026-11-01T06:30:00Z'),
    );
    expect(schedule({}).latest(inSecondPass)).toEqual(new Date('2026-11-01T05:30:00Z'));
    expect(schedule({ overlap: 'second' }).latest(inSecondPass)).toEqual(
      new Date('2026-10-31T05:30:00Z'),
    );
  });

  it('is strictly later than a moment with milliseconds, and not later than the second before', () => {
    const everySecond = scheduleOf('* * * * * *', 'UTC');

    expect(everySecond.next(new Date('2026-05-05T05:05:05.001Z'))).toEqual(
      new Date('2026-05-05T05:05:06Z'),
    );
    expect(everySecond.next(new Date('2026-05-05T05:05:05Z'))).toEqual(
      new Date('2026-05-05T05:05:06Z'),
    );
    expect(everySecond.latest(new Date('2026-05-05T05:05:05.999Z'))).toEqual(
      new Date('2026-05-05T05:05:05Z'),
    );
  });

  it('knows nothing before 1970 and after 9999', () => {
    const daily = scheduleOf('0 0 * * *', 'UTC');

    expect(daily.next(new Date('1492-01-01T00:00:00Z'))).toEqual(new Date(0));
    expect(daily.latest(new Date(-1))).toBeNull();
    expect(daily.next(new Date('9999-12-31T00:00:00Z'))).toBeNull();
    expect(daily.latest(new Date(8.64e15))).toEqual(new Date('9999-12-31T00:00:00Z'));
    expect(daily.count(new Date(-8.64e15), new Date('1970-01-03T12:00:00Z'))).toBe(3);
  });

  it('has no next instant when the clock always jumps over it', () => {
    const schedule = scheduleOf('30 2 * 3 0#2', NEW_YORK, { gap: 'skip' });

    expect(schedule.next(ANCHOR)).toBeNull();
    expect(schedule.latest(ANCHOR)).toEqual(new Date('2006-03-12T07:30:00Z'));
  });

  it.each([
    ['* * * * * *', 31_536_000],
    ['* * 0-22 * * *', 30_218_400],
    ['*/2 * 0-22 * * *', 15_109_200],
  ])('counts a year of %s in fewer steps than there are days', (expression, expected) => {
    const schedule = scheduleOf(expression, NEW_YORK);
    const year = [new Date('2026-01-01T04:59:59Z'), new Date('2027-01-01T04:59:59Z')] as const;

    const steps = stepsOf([Timeline, TimeZone, DayTimes, ClockTimes, DayRule, ValueSet], () => {
      expect(schedule.count(...year)).toBe(expected);
    });

    expect(steps).toBeLessThan(300);
  });

  it('counts through a gap that is no whole number of minutes', () => {
    // At midnight on 7 January 1972 the clock jumped by 44 minutes and 30 seconds.
    const schedule = scheduleOf('*/15 30-59 0,1 7 1 *', 'Africa/Monrovia');
    const night = [new Date('1972-01-07T00:00:00Z'), new Date('1972-01-07T04:00:00Z')] as const;
    const each = upcoming(schedule, night[0], 1000).filter((date) => date <= night[1]);

    expect(schedule.count(...night)).toBe(each.length);
  });

  it('never asks for the time zone of the host', () => {
    const local = ['getTimezoneOffset', 'getHours', 'getDate', 'setHours', 'setDate'] as const;
    const spies = local.map((method) => jest.spyOn(Date.prototype, method));

    upcoming(scheduleOf('*/7 1-3 * * *', NEW_YORK), new Date('2026-03-07T00:00:00Z'), 100);

    expect(spies.map((spy) => spy.mock.calls.length)).toEqual(local.map(() => 0));
    jest.restoreAllMocks();
  });
});
