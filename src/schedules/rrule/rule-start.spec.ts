import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../../../test/support/schedule-table.ts';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from '../parse-schedule.ts';
import { type Schedule, upcoming } from '../schedule.ts';

const BASE = { timezone: 'UTC', dst: DEFAULT_DST };

function scheduleOf(definition: Partial<ScheduleDefinition> & { schedule: string }): Schedule {
  return parseSchedule({ ...BASE, anchor: new Date('2026-05-15T10:20:30.400Z'), ...definition });
}

function next(schedule: Schedule, from: string, count: number): string[] {
  const instants = upcoming(schedule, new Date(from), count);
  return instants.map((date) => date.toISOString().replace('.000Z', ''));
}

describe('what a rule leaves to its start, Friday 15 May 2026, 10:20:30', () => {
  it.each(
    rowsOf(`
      the time of day | FREQ=DAILY | 2026-05-16T10:20:30 2026-05-17T10:20:30
      minute and second | FREQ=DAILY;BYHOUR=9 | 2026-05-16T09:20:30 2026-05-17T09:20:30
      the second | FREQ=DAILY;BYHOUR=9;BYMINUTE=0 | 2026-05-16T09:00:30 2026-05-17T09:00:30
      hour and minute | FREQ=DAILY;BYSECOND=0 | 2026-05-16T10:20:00 2026-05-17T10:20:00
      the weekday | FREQ=WEEKLY | 2026-05-22T10:20:30 2026-05-29T10:20:30
      the day of the month | FREQ=MONTHLY | 2026-06-15T10:20:30 2026-07-15T10:20:30
      month and day | FREQ=YEARLY | 2027-05-15T10:20:30 2028-05-15T10:20:30
      the day of each listed month | FREQ=YEARLY;BYMONTH=2,8 | 2026-08-15T10:20:30 2027-02-15T10:20:30
      the weekday of each listed week | FREQ=YEARLY;BYWEEKNO=1,53 | 2027-01-01T10:20:30 2027-01-08T10:20:30
      no day beside listed ones | FREQ=YEARLY;BYMONTHDAY=1 | 2026-06-01T10:20:30 2026-07-01T10:20:30
      minute and second of each hour | FREQ=HOURLY | 2026-05-15T11:20:30 2026-05-15T12:20:30
      the second of each minute | FREQ=MINUTELY | 2026-05-15T10:21:30 2026-05-15T10:22:30
      nothing of each second | FREQ=SECONDLY | 2026-05-15T10:20:31 2026-05-15T10:20:32
      the hour that is counted from | FREQ=HOURLY;INTERVAL=5 | 2026-05-15T15:20:30 2026-05-15T20:20:30
      the month that is counted from | FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=1 | 2027-05-01T10:20:30 2028-05-01T10:20:30
      the week that is counted from | FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR | 2026-05-25T10:20:30 2026-05-29T10:20:30
      the year of weeks that is counted from | FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO | 2028-01-03T10:20:30 2029-12-31T10:20:30
    `),
  )('%s: %s', (_, rule = '', instants = '') => {
    const expected = instants.split(' ');

    expect(next(scheduleOf({ schedule: rule }), '2026-05-15T10:20:30.400Z', 2)).toEqual(expected);
  });

  it('is read in the time zone of the job', () => {
    const definition = { schedule: 'FREQ=MONTHLY;BYHOUR=0;BYMINUTE=0;BYSECOND=0' };
    const late = { anchor: new Date('2026-05-15T23:00:00Z'), timezone: 'Asia/Tokyo' };

    // In Tokyo it is the 16th.
    expect(next(scheduleOf({ ...definition, ...late }), '2026-06-01T00:00:00Z', 1)).toEqual([
      '2026-06-15T15:00:00',
    ]);
  });
});

describe('whether the start is an instant', () => {
  const start = new Date('2026-05-15T10:20:30Z');

  it('a start that was asked for is one when it matches', () => {
    const schedule = scheduleOf({ schedule: 'FREQ=DAILY;COUNT=2', startAt: start });

    expect(next(schedule, '2026-01-01T00:00:00Z', 9)).toEqual([
      '2026-05-15T10:20:30',
      '2026-05-16T10:20:30',
    ]);
  });

  it('and none when it does not match', () => {
    const schedule = scheduleOf({ schedule: 'FREQ=DAILY;BYDAY=SA,SU;COUNT=2', startAt: start });

    expect(next(schedule, '2026-01-01T00:00:00Z', 9)).toEqual([
      '2026-05-16T10:20:30',
      '2026-05-17T10:20:30',
    ]);
  });

  it('the creation of a job is none, and does not count', () => {
    const schedule = scheduleOf({ schedule: 'FREQ=DAILY;COUNT=2', anchor: start });

    expect(next(schedule, '2026-01-01T00:00:00Z', 9)).toEqual([
      '2026-05-16T10:20:30',
      '2026-05-17T10:20:30',
    ]);
  });

  it('nothing before a start with milliseconds is an instant', () => {
    const startAt = new Date('2026-05-15T10:20:30.001Z');
    const schedule = scheduleOf({ schedule: 'FREQ=DAILY;COUNT=2', startAt });

    expect(next(schedule, '2026-01-01T00:00:00Z', 9)).toEqual([
      '2026-05-16T10:20:30',
      '2026-05-17T10:20:30',
    ]);
  });

  it('jobs with the same rule and another start have other instants', () => {
    const rule = 'FREQ=WEEKLY;INTERVAL=2';
    const schedules = ['2026-05-01T08:00:00Z', '2026-05-08T08:00:00Z'].flatMap((anchor) => [
      scheduleOf({ schedule: rule, anchor: new Date(anchor) }),
      scheduleOf({ schedule: rule, anchor: new Date(0), startAt: new Date(anchor) }),
    ]);

    expect(schedules.map((schedule) => next(schedule, '2026-05-08T07:00:00Z', 1)[0])).toEqual([
      '2026-05-15T08:00:00',
      '2026-05-15T08:00:00',
      '2026-05-22T08:00:00',
      '2026-05-08T08:00:00',
    ]);
  });
});
