import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from '../../dst-policy.ts';
import { parseSchedule } from '../../parse-schedule.ts';
import { ScheduleError } from '../../schedule-error.ts';

const ANCHOR = new Date('2026-01-01T00:10:00Z');

function errorOf(schedule: string): unknown {
  try {
    return parseSchedule({ schedule, timezone: 'UTC', dst: DEFAULT_DST, anchor: ANCHOR });
  } catch (error) {
    return error;
  }
}

/** The clause, the expression, the place of what is wrong, counted from 0, and what is said. */
type Refusal = [clause: string, schedule: string, position: number, message: string];

function itRefuses(refusals: Refusal[]): void {
  it.each(refusals)('%s: %j at %i', (_, schedule, position, message) => {
    const error = errorOf(schedule);

    expect(error).toBeInstanceOf(ScheduleError);
    expect((error as Error).message).toContain(message);
    expect(error).toMatchObject({ field: 'schedule', position });
  });
}

const NUMBERS = Array.from({ length: 330 }, (_, index) => index - 165).join();

describe('parts that are refused', () => {
  itRefuses([
    ['FREQ: missing', 'RRULE:COUNT=3', 6, 'a rule needs FREQ, such as FREQ=DAILY'],
    ['FREQ: nothing at all', 'RRULE:', 6, 'this part is not one of FREQ INTERVAL COUNT'],
    ['FREQ: unknown', 'FREQ=FORTNIGHTLY', 5, 'YEARLY, got FORTNIGHTLY'],
    ['FREQ: empty', 'FREQ=;COUNT=1', 5, 'got nothing'],
    ['parts: unknown', 'FREQ=DAILY;BYEASTER=0', 11, 'this part is not one of'],
    ['parts: given twice', 'FREQ=DAILY;COUNT=1;count=2', 19, 'COUNT is given twice'],
    ['parts: a semicolon at the end', 'FREQ=DAILY;', 11, 'this part is not one of'],
    ['parts: no value', 'FREQ=DAILY;COUNT', 11, 'COUNT takes = and one value'],
    ['parts: two values', 'FREQ=DAILY;COUNT=1=2', 11, 'COUNT takes = and one value'],
    ['parts: spaces within', ' RRULE:FREQ=DAILY; COUNT=1', 18, 'this part is not one of'],
    ['INTERVAL: zero', 'FREQ=DAILY;INTERVAL=0', 20, 'INTERVAL takes 1 to 100000, got 0'],
    ['INTERVAL: signed', 'FREQ=DAILY;INTERVAL=-1', 20, 'INTERVAL takes 1 to 100000, got -1'],
    ['INTERVAL: absurd', 'FREQ=DAILY;INTERVAL=100001', 20, 'got 100001'],
    ['INTERVAL: many seconds', 'FREQ=SECONDLY;INTERVAL=10001', 23, 'takes at most 10000 seconds'],
    ['COUNT: zero', 'FREQ=DAILY;COUNT=0', 17, 'COUNT takes 1 to 100000, got 0'],
    ['COUNT: absurd', 'FREQ=DAILY;COUNT=9999999999', 17, 'got 9999999999'],
    [
      'COUNT: further than a century',
      'FREQ=YEARLY;COUNT=102',
      18,
      'within 36525 days of the start',
    ],
    ['UNTIL: another form', 'FREQ=DAILY;UNTIL=2027-01-01', 17, 'UNTIL takes a date and time that'],
    ['UNTIL: a date that does not exist', 'FREQ=DAILY;UNTIL=20270230', 17, 'that exist'],
    ['UNTIL: a time that does not exist', 'FREQ=DAILY;UNTIL=20270101T240000Z', 17, 'that exist'],
    ['UNTIL: an offset', 'FREQ=DAILY;UNTIL=20270101T000000+0100', 17, 'that exist'],
    ['UNTIL: in the past', 'FREQ=DAILY;UNTIL=20251231', 17, 'UNTIL lies before the first instant'],
    ['UNTIL: beside COUNT', 'FREQ=DAILY;UNTIL=20270101;COUNT=3', 32, 'by COUNT or by UNTIL'],
    ['UNTIL: COUNT beside it', 'FREQ=DAILY;COUNT=3;UNTIL=20270101', 25, 'by COUNT or by UNTIL'],
    ['BYSECOND: 61', 'FREQ=DAILY;BYSECOND=0,61', 22, 'BYSECOND takes 0 to 60, got 61'],
    ['BYMINUTE: 60', 'FREQ=DAILY;BYMINUTE=60', 20, 'BYMINUTE takes 0 to 59, got 60'],
    ['BYHOUR: 24', 'FREQ=DAILY;BYHOUR=24', 18, 'BYHOUR takes 0 to 23, got 24'],
    ['BYHOUR: a sign', 'FREQ=DAILY;BYHOUR=+9', 18, 'BYHOUR takes 0 to 23, got +9'],
    ['BYHOUR: a gap in the list', 'FREQ=DAILY;BYHOUR=9,,10', 20, 'got nothing'],
    ['BYMONTH: 13', 'FREQ=DAILY;BYMONTH=13', 19, 'BYMONTH takes 1 to 12, got 13'],
    ['BYMONTH: a name', 'FREQ=DAILY;BYMONTH=JAN', 19, 'BYMONTH takes 1 to 12, got JAN'],
    ['BYMONTHDAY: 0', 'FREQ=DAILY;BYMONTHDAY=0', 22, '1 to 31 or -31 to -1, got 0'],
    ['BYMONTHDAY: -32', 'FREQ=DAILY;BYMONTHDAY=1,-32', 24, '1 to 31 or -31 to -1, got -32'],
    ['BYYEARDAY: 367', 'FREQ=YEARLY;BYYEARDAY=367', 22, '1 to 366 or -366 to -1, got 367'],
    ['BYWEEKNO: 54', 'FREQ=YEARLY;BYWEEKNO=54', 21, '1 to 53 or -53 to -1, got 54'],
    ['BYSETPOS: 0', 'FREQ=YEARLY;BYDAY=MO;BYSETPOS=0', 30, '1 to 366 or -366 to -1, got 0'],
    ['BYDAY: unknown', 'FREQ=WEEKLY;BYDAY=MO,XX', 21, 'BYDAY takes SU MO TU WE TH FR SA, got XX'],
    ['BYDAY: a whole name', 'FREQ=WEEKLY;BYDAY=MONDAY', 18, 'got MONDAY'],
    ['BYDAY: place 0', 'FREQ=MONTHLY;BYDAY=0MO', 19, 'BYDAY takes 1 to 53 or -53 to -1, got 0'],
    ['BYDAY: a place alone', 'FREQ=MONTHLY;BYDAY=1', 20, 'got nothing'],
    ['WKST: a number', 'FREQ=WEEKLY;WKST=1', 17, 'WKST takes SU MO TU WE TH FR SA, got 1'],
    ['size', `FREQ=YEARLY;BYYEARDAY=${NUMBERS}`, 1000, 'at most 1000 characters'],
  ]);
});

describe('combinations that are refused', () => {
  itRefuses([
    ['BYWEEKNO by month', 'FREQ=MONTHLY;BYWEEKNO=1', 22, 'FREQ=MONTHLY takes no BYWEEKNO'],
    ['BYWEEKNO by second', 'BYWEEKNO=1;FREQ=SECONDLY', 9, 'FREQ=SECONDLY takes no BYWEEKNO'],
    ['BYYEARDAY by day', 'FREQ=DAILY;BYYEARDAY=1', 21, 'FREQ=DAILY takes no BYYEARDAY'],
    ['BYYEARDAY by week', 'FREQ=WEEKLY;BYYEARDAY=1', 22, 'FREQ=WEEKLY takes no BYYEARDAY'],
    ['BYYEARDAY by month', 'FREQ=MONTHLY;BYYEARDAY=1', 23, 'FREQ=MONTHLY takes no BYYEARDAY'],
    ['BYMONTHDAY by week', 'FREQ=WEEKLY;BYMONTHDAY=1', 23, 'FREQ=WEEKLY takes no BYMONTHDAY'],
    ['BYDAY places by week', 'FREQ=WEEKLY;BYDAY=1MO', 18, 'with FREQ=MONTHLY and FREQ=YEARLY only'],
    [
      'BYDAY places by day',
      'FREQ=DAILY;BYDAY=MO,-1FR',
      17,
      'with FREQ=MONTHLY and FREQ=YEARLY only',
    ],
    ['BYDAY places in weeks', 'FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO', 29, 'no numbers beside BYWEEKNO'],
    ['BYSETPOS alone', 'FREQ=MONTHLY;BYSETPOS=1', 22, 'BYSETPOS picks from what another BY part'],
    ['BYSETPOS beside WKST', 'FREQ=WEEKLY;WKST=SU;BYSETPOS=1', 29, 'BYSETPOS picks from what'],
  ]);
});

describe('what stands beside a rule in a calendar file', () => {
  itRefuses([
    ['DTSTART', 'DTSTART:20260101T090000Z\nRRULE:FREQ=DAILY', 0, 'startAt says when it starts'],
    [
      'DTSTART in a zone',
      'RRULE:FREQ=DAILY\nDTSTART;TZID=Europe/Paris:20260101',
      17,
      'timezone where',
    ],
    ['DTSTART as a part', 'FREQ=DAILY;DTSTART=20260101', 11, 'a rule takes no DTSTART here'],
    ['EXDATE', 'RRULE:FREQ=DAILY\r\nEXDATE:20260105', 18, 'by the exceptions of the job'],
    ['RDATE', 'rdate:20260105', 0, 'a rule takes no RDATE here'],
    ['several rules', 'RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY', 16, 'a rule takes one line'],
    ['a line break at the end', 'FREQ=DAILY\r\n', 10, 'a rule takes one line'],
    ['RSCALE', 'RSCALE=GREGORIAN;FREQ=DAILY', 0, 'it follows the Gregorian calendar'],
    ['SKIP', 'FREQ=MONTHLY;SKIP=FORWARD', 13, 'days that a month does not have are left out'],
  ]);
});

describe('rules that never fire', () => {
  it.each([
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
    ['FREQ=MONTHLY;BYMONTH=4,6;BYMONTHDAY=31'],
    ['FREQ=MONTHLY;BYDAY=6MO'],
    ['FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=4FR'],
    ['FREQ=MONTHLY;INTERVAL=12;BYMONTH=2'],
    ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6'],
    ['FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=3'],
    ['FREQ=DAILY;INTERVAL=7;BYDAY=MO'],
    ['FREQ=DAILY;BYHOUR=1,2;BYSETPOS=3'],
    ['FREQ=HOURLY;INTERVAL=24;BYHOUR=9'],
    ['FREQ=HOURLY;BYMINUTE=5;BYSETPOS=2'],
    ['FREQ=MINUTELY;INTERVAL=10;BYMINUTE=5'],
    ['FREQ=SECONDLY;BYMONTH=2;BYYEARDAY=-1'],
    [
      'FREQ=SECONDLY;INTERVAL=10000;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=0;BYMINUTE=1;BYSECOND=1',
    ],
    ['FREQ=YEARLY;INTERVAL=9000'],
  ])('%s', (rule) => {
    expect(String(errorOf(`RRULE:${rule}`))).toContain('never comes true');
    expect(errorOf(`RRULE:${rule}`)).toMatchObject({ position: 6 });
  });

  it('since the clock always jumps over what they list', () => {
    const schedule = 'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU;BYHOUR=2;BYMINUTE=30';
    const definition = { schedule, timezone: 'America/New_York', anchor: ANCHOR };

    expect(() => parseSchedule({ ...definition, dst: { ...DEFAULT_DST, gap: 'skip' } })).toThrow(
      'never comes true',
    );
    expect(parseSchedule({ ...definition, dst: DEFAULT_DST }).next(ANCHOR)).toEqual(
      new Date('2026-03-08T07:30:00Z'),
    );
  });
});
