import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../../../../test/support/schedule-table.ts';
import { rruleInWords } from './rrule-words.ts';

describe('a rule in words', () => {
  it.each(
    rowsOf(`
      FREQ=DAILY | Every day, at the time of its start
      FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;BYHOUR=9;BYMINUTE=0;BYSECOND=0 | Every 2 weeks, on Tuesday and Thursday, at 09:00
      FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9,17;BYMINUTE=30 | Every month, on the last Friday of the month, at 09:30 and 17:30, with the second of its start
      FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;BYHOUR=0 | Every month, on the 13th day of the month, when it is Friday, in hour 0, with the minute and second of its start
      FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2 | Every month, on Monday, Tuesday, Wednesday, Thursday and Friday, at the time of its start, only the 2nd last of these in a month
      FREQ=MONTHLY;BYMONTHDAY=1,22,-1 | Every month, on the 1st, 22nd and last day of the month, at the time of its start
      FREQ=YEARLY;BYMONTH=6,1;BYDAY=1MO | Every year, in January and June, on the 1st Monday of the month, at the time of its start
      FREQ=YEARLY;BYDAY=20MO,FR | Every year, on the 20th Monday and Friday of the year, at the time of its start
      FREQ=YEARLY;BYWEEKNO=11,-1;BYDAY=MO | Every year, in the 11th and last week of the year, on Monday, at the time of its start
      FREQ=YEARLY;BYYEARDAY=103,-2;BYDAY=SA,SU | Every year, on the 103rd and 2nd last day of the year, when it is Saturday or Sunday, at the time of its start
      FREQ=HOURLY;INTERVAL=3 | Every 3 hours, at the minute and second of its start
      FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;BYSECOND=0 | Every 20 minutes, in hours 9 and 10, at second 0
      FREQ=MINUTELY;BYHOUR=9;BYMINUTE=5,0 | Every minute, at 09:00 and 09:05, with the second of its start
      FREQ=SECONDLY;INTERVAL=10 | Every 10 seconds
      FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=15;COUNT=10 | Every day, at 09:00:15, 10 times
      FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50,55;BYSECOND=0;COUNT=1 | Every hour, at minutes 0, 10, 20, 30, 40, 50 and 55, at second 0, once
      FREQ=SECONDLY;UNTIL=20271224T103000Z | Every second, until 2027-12-24T10:30:00Z
      FREQ=SECONDLY;UNTIL=20271224T103000 | Every second, until 2027-12-24T10:30:00
      FREQ=SECONDLY;UNTIL=20271224 | Every second, until 2027-12-24
    `),
  )('%s', (rule = '', words = '') => {
    expect(rruleInWords(rule)).toBe(words);
  });
});
