import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../../../test/support/schedule-table.ts';
import { DEFAULT_DST } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { type Schedule, upcoming } from '../schedule.ts';
import { timeZone } from '../zones/time-zones.ts';

const NEW_YORK = timeZone('America/New_York')!;

/** The schedule of a rule that starts at 09:00 in New York. */
function scheduleOf(rule: string, day: string): Schedule {
  const shown = Date.parse(`${day}T09:00Z`) / 1000;
  const startAt = new Date((shown - NEW_YORK.offsetAt(shown)) * 1000);
  const definition = { timezone: NEW_YORK.name, dst: DEFAULT_DST, anchor: startAt, startAt };
  return parseSchedule({ ...definition, schedule: `RRULE:${rule}` });
}

/** What the clock in New York shows; the date alone at 09:00. */
function shownAt(instant: Date): string {
  const shown = instant.getTime() + NEW_YORK.offsetAt(instant.getTime() / 1000) * 1000;
  return new Date(shown).toISOString().slice(0, 16).replace('T09:00', '');
}

/** All instants of a rule that ends, as local times. */
function allOf(rule: string, day: string): string[] {
  return upcoming(scheduleOf(rule, day), new Date(0), Infinity).map(shownAt);
}

describe('the examples of RFC 5545, section 3.8.5.3', () => {
  it.each(
    rowsOf(`
      daily for 10 occurrences | FREQ=DAILY;COUNT=10 | 1997-09-02 | 1997-09-02 1997-09-03 1997-09-04 1997-09-05 1997-09-06 1997-09-07 1997-09-08 1997-09-09 1997-09-10 1997-09-11 none
      every other day | FREQ=DAILY;INTERVAL=2 | 1997-09-02 | 1997-09-02 1997-09-04 1997-09-06 1997-09-08 1997-09-10 1997-09-12 1997-09-14 1997-09-16
      every 10 days, 5 occurrences | FREQ=DAILY;INTERVAL=10;COUNT=5 | 1997-09-02 | 1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12 none
      weekly for 10 occurrences | FREQ=WEEKLY;COUNT=10 | 1997-09-02 | 1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 1997-10-28 1997-11-04 none
      weekly until 24 December 1997 | FREQ=WEEKLY;UNTIL=19971224T000000Z | 1997-09-02 | 1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 1997-10-28 1997-11-04 1997-11-11 1997-11-18 1997-11-25 1997-12-02 1997-12-09 1997-12-16 1997-12-23 none
      every other week | FREQ=WEEKLY;INTERVAL=2;WKST=SU | 1997-09-02 | 1997-09-02 1997-09-16 1997-09-30 1997-10-14 1997-10-28 1997-11-11 1997-11-25 1997-12-09 1997-12-23
      on Tuesday and Thursday for five weeks, by UNTIL | FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH | 1997-09-02 | 1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 1997-09-30 1997-10-02 none
      on Tuesday and Thursday for five weeks, by COUNT | FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH | 1997-09-02 | 1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 1997-09-30 1997-10-02 none
      every other week on Monday, Wednesday and Friday | FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR | 1997-09-01 | 1997-09-01 1997-09-03 1997-09-05 1997-09-15 1997-09-17 1997-09-19 1997-09-29 1997-10-01 1997-10-03 1997-10-13 1997-10-15 1997-10-17 1997-10-27 1997-10-29 1997-10-31 1997-11-10 1997-11-12 1997-11-14 1997-11-24 1997-11-26 1997-11-28 1997-12-08 1997-12-10 1997-12-12 1997-12-22 none
      every other week on Tuesday and Thursday | FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH | 1997-09-02 | 1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16 none
      on the first Friday for 10 occurrences | FREQ=MONTHLY;COUNT=10;BYDAY=1FR | 1997-09-05 | 1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 1998-05-01 1998-06-05 none
      on the first Friday until 24 December 1997 | FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR | 1997-09-05 | 1997-09-05 1997-10-03 1997-11-07 1997-12-05 none
      every other month on the first and last Sunday | FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU | 1997-09-07 | 1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 1998-05-03 1998-05-31 none
      on the second last Monday for 6 months | FREQ=MONTHLY;COUNT=6;BYDAY=-2MO | 1997-09-22 | 1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16 none
      on the third last day of the month | FREQ=MONTHLY;BYMONTHDAY=-3 | 1997-09-28 | 1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26
      on the 2nd and 15th for 10 occurrences | FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15 | 1997-09-02 | 1997-09-02 1997-09-15 1997-10-02 1997-10-15 1997-11-02 1997-11-15 1997-12-02 1997-12-15 1998-01-02 1998-01-15 none
      on the first and last day for 10 occurrences | FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1 | 1997-09-30 | 1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 1998-01-31 1998-02-01 none
      every 18 months on the 10th to 15th | FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15 | 1997-09-10 | 1997-09-10 1997-09-11 1997-09-12 1997-09-13 1997-09-14 1997-09-15 1999-03-10 1999-03-11 1999-03-12 1999-03-13 none
      every Tuesday, every other month | FREQ=MONTHLY;INTERVAL=2;BYDAY=TU | 1997-09-02 | 1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-11-04 1997-11-11 1997-11-18 1997-11-25 1998-01-06 1998-01-13 1998-01-20 1998-01-27 1998-03-03 1998-03-10 1998-03-17 1998-03-24 1998-03-31
      in June and July for 10 occurrences | FREQ=YEARLY;COUNT=10;BYMONTH=6,7 | 1997-06-10 | 1997-06-10 1997-07-10 1998-06-10 1998-07-10 1999-06-10 1999-07-10 2000-06-10 2000-07-10 2001-06-10 2001-07-10 none
      every other year in January, February and March | FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3 | 1997-03-10 | 1997-03-10 1999-01-10 1999-02-10 1999-03-10 2001-01-10 2001-02-10 2001-03-10 2003-01-10 2003-02-10 2003-03-10 none
      every third year on day 1, 100 and 200 | FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200 | 1997-01-01 | 1997-01-01 1997-04-10 1997-07-19 2000-01-01 2000-04-09 2000-07-18 2003-01-01 2003-04-10 2003-07-19 2006-01-01 none
      every 20th Monday of the year | FREQ=YEARLY;BYDAY=20MO | 1997-05-19 | 1997-05-19 1998-05-18 1999-05-17
      Monday of week 20 | FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO | 1997-05-12 | 1997-05-12 1998-05-11 1999-05-17
      every Thursday in March | FREQ=YEARLY;BYMONTH=3;BYDAY=TH | 1997-03-13 | 1997-03-13 1997-03-20 1997-03-27 1998-03-05 1998-03-12 1998-03-19 1998-03-26 1999-03-04 1999-03-11 1999-03-18 1999-03-25
      every Thursday in June, July and August | FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8 | 1997-06-05 | 1997-06-05 1997-06-12 1997-06-19 1997-06-26 1997-07-03 1997-07-10 1997-07-17 1997-07-24 1997-07-31 1997-08-07 1997-08-14 1997-08-21 1997-08-28 1998-06-04 1998-06-11 1998-06-18 1998-06-25 1998-07-02 1998-07-09 1998-07-16 1998-07-23 1998-07-30 1998-08-06 1998-08-13 1998-08-20 1998-08-27 1999-06-03
      every Friday the 13th | FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 | 1997-09-02 | 1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13
      the first Saturday after the first Sunday of the month | FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13 | 1997-09-13 | 1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 1998-05-09 1998-06-13
      election day in the United States | FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8 | 1996-11-05 | 1996-11-05 2000-11-07 2004-11-02
      the third Tuesday, Wednesday or Thursday, for 3 months | FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3 | 1997-09-04 | 1997-09-04 1997-10-07 1997-11-06 none
      the second last weekday of the month | FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2 | 1997-09-29 | 1997-09-29 1997-10-30 1997-11-27 1997-12-30 1998-01-29 1998-02-26 1998-03-30
      every 3 hours until 17:00 UTC | FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z | 1997-09-02 | 1997-09-02 1997-09-02T12:00 none
      every 3 hours until 17:00 local | FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000 | 1997-09-02 | 1997-09-02 1997-09-02T12:00 1997-09-02T15:00 none
      every 15 minutes for 6 occurrences | FREQ=MINUTELY;INTERVAL=15;COUNT=6 | 1997-09-02 | 1997-09-02 1997-09-02T09:15 1997-09-02T09:30 1997-09-02T09:45 1997-09-02T10:00 1997-09-02T10:15 none
      every hour and a half for 4 occurrences | FREQ=MINUTELY;INTERVAL=90;COUNT=4 | 1997-09-02 | 1997-09-02 1997-09-02T10:30 1997-09-02T12:00 1997-09-02T13:30 none
      a week that begins on Monday | FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO | 1997-08-05 | 1997-08-05 1997-08-10 1997-08-19 1997-08-24 none
      a week that begins on Sunday | FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU | 1997-08-05 | 1997-08-05 1997-08-17 1997-08-19 1997-08-31 none
      a date that does not exist is left out | FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5 | 2007-01-15 | 2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30 none
    `),
  )('%s: %s from %s', (_, rule = '', day = '', times = '') => {
    const expected = times.split(' ').filter((text) => text !== 'none');
    const schedule = scheduleOf(rule, day);

    const count = times.endsWith('none') ? Infinity : expected.length;
    const instants = upcoming(schedule, new Date(0), count);

    expect(instants.map(shownAt)).toEqual(expected);
    expect(schedule.latest(instants.at(-1)!)).toEqual(instants.at(-1));
    expect(schedule.count(new Date(0), instants.at(-1)!)).toBe(expected.length);
  });

  it('daily until 24 December 1997 is 113 days', () => {
    const days = allOf('FREQ=DAILY;UNTIL=19971224T000000Z', '1997-09-02');

    expect([days.length, days[0], days.at(-1)]).toEqual([113, '1997-09-02', '1997-12-23']);
  });

  it('every day in January for three years is the same by day and by year', () => {
    const daily = allOf('FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1', '1998-01-01');
    const yearly = allOf(
      'FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
      '1998-01-01',
    );

    expect(daily).toEqual(yearly);
    expect([daily.length, daily.at(-1)]).toEqual([93, '2000-01-31']);
  });

  it('every 20 minutes from 09:00 to 16:40 is the same by day and by minute', () => {
    const end = 'UNTIL=19970904T000000';
    const daily = allOf(
      `FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40;${end}`,
      '1997-09-02',
    );
    const minutely = allOf(
      `FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16;${end}`,
      '1997-09-02',
    );

    expect(daily).toEqual(minutely);
    expect(daily.slice(22, 26)).toEqual([
      '1997-09-02T16:20',
      '1997-09-02T16:40',
      '1997-09-03',
      '1997-09-03T09:20',
    ]);
  });
});
