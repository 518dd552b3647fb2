import { describe, expect, it } from '@jest/globals';
import { firesIn, rowsOf } from '../../../test/support/schedule-table.ts';
import { DEFAULT_DST, type DstPolicy } from '../dst-policy.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { upcoming } from '../schedule.ts';

describe('a rule with fixed local times at a change of the clock', () => {
  it.each(
    rowsOf(`
      gap shift: moves by the length of the gap | FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0 | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:30 2026-03-09T06:30
      gap skip: is left out | FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0 | America/New_York | skip first | 2026-03-08 | 2026-03-09T06:30
      gap shift: two listed times that land on one instant are one | FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15;BYSECOND=0 | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:15 2026-03-09T06:15
      gap shift: what BYSETPOS picks is moved, not picked anew | FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15;BYSECOND=0;BYSETPOS=1 | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:15 2026-03-09T06:15
      gap shift: minutes of listed hours | FREQ=MINUTELY;INTERVAL=30;BYHOUR=2;BYSECOND=0 | America/New_York | shift first | 2026-03-08 | 2026-03-08T07:00 2026-03-08T07:30 2026-03-09T06:00
      gap shift: half an hour in Lord Howe | FREQ=DAILY;BYHOUR=2;BYMINUTE=15;BYSECOND=0 | Australia/Lord_Howe | shift first | 2026-10-03 | 2026-10-03T15:45 2026-10-04T15:15
      gap shift: a day that was left out in Apia | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;BYHOUR=9;BYMINUTE=0;BYSECOND=0 | Pacific/Apia | shift first | 2011-06-01 | 2011-12-30T19:00 2012-12-29T19:00
      gap skip: a day that was left out in Apia | FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=30;BYHOUR=9;BYMINUTE=0;BYSECOND=0 | Pacific/Apia | skip first | 2011-06-01 | 2012-12-29T19:00
      gap shift: midnight in Cairo goes by the listed weekday | FREQ=WEEKLY;BYDAY=FR;BYHOUR=0;BYMINUTE=30;BYSECOND=0 | Africa/Cairo | shift first | 2026-04-23T12:00 | 2026-04-23T22:30 2026-04-30T21:30
      overlap first | FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0 | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:30 2026-11-02T06:30
      overlap second | FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0 | America/New_York | shift second | 2026-11-01 | 2026-11-01T06:30 2026-11-02T06:30
      overlap both | FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0 | America/New_York | shift both | 2026-11-01 | 2026-11-01T05:30 2026-11-01T06:30 2026-11-02T06:30
      overlap both: COUNT counts instants | FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0;UNTIL=20261102T000000 | America/New_York | shift both | 2026-10-31 | 2026-10-31T05:30 2026-11-01T05:30 2026-11-01T06:30 none
      all hours by day go by elapsed time | FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0;BYSECOND=0 | America/New_York | shift first | 2026-11-01T05:00 | 2026-11-01T05:00 2026-11-01T06:00 2026-11-01T07:00
      but not one that BYSETPOS picks of them | FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0;BYSECOND=0;BYSETPOS=2 | America/New_York | shift first | 2026-11-01 | 2026-11-01T05:00 2026-11-02T06:00
    `),
  )('%s: %s in %s with %s', firesIn);
});

function rule(
  schedule: string,
  timezone: string,
  startAt: string,
  policy: Partial<DstPolicy> = {},
) {
  const start = new Date(startAt);
  const dst = { ...DEFAULT_DST, ...policy };
  return parseSchedule({ schedule, timezone, dst, anchor: start, startAt: start });
}

describe('a rule that runs through the whole day', () => {
  it.each(
    rowsOf(`
      hours in spring | FREQ=HOURLY;INTERVAL=2 | America/New_York | 2026-03-08T05:00Z | 05:00 07:00 09:00 11:00
      hours in autumn | FREQ=HOURLY;INTERVAL=2 | America/New_York | 2026-11-01T04:00Z | 04:00 06:00 08:00 10:00
      minutes in autumn | FREQ=MINUTELY;INTERVAL=45 | America/New_York | 2026-11-01T05:00Z | 05:00 05:45 06:30 07:15
      weekdays are those of the clock | FREQ=HOURLY;INTERVAL=6;BYDAY=SU | America/New_York | 2026-11-01T00:00Z | 06:00 12:00 18:00 00:00
      minutes are those of the clock in Lord Howe | FREQ=HOURLY | Australia/Lord_Howe | 2026-10-03T14:00Z | 14:00 15:00 15:30 16:30
      passed hours are counted whole in Lord Howe | FREQ=HOURLY;INTERVAL=2 | Australia/Lord_Howe | 2026-10-03T13:30Z | 13:30 16:00 18:00 20:00
    `),
  )('%s: %s in %s from %s', (_, schedule = '', zone = '', startAt = '', times = '') => {
    const found = upcoming(rule(schedule, zone, startAt), new Date(0), 4);

    expect(found.map((date) => date.toISOString().slice(11, 16))).toEqual(times.split(' '));
  });

  it('has the same instants under each policy', () => {
    const from = '2026-03-01T00:00:30Z';
    const instants = (policy: Partial<DstPolicy>) =>
      upcoming(rule('FREQ=MINUTELY;INTERVAL=50', 'Europe/Berlin', from, policy), new Date(0), 2000);

    expect(instants({ gap: 'skip', overlap: 'both' })).toEqual(instants({}));
  });
});

describe('UNTIL in local time', () => {
  const last = (schedule: string, zone = 'America/New_York') =>
    rule(schedule, zone, '2026-01-01T00:00Z', { overlap: 'both' })
      .latest(new Date('2027-01-01'))
      ?.toISOString();

  it('that the clock shows twice is the second time', () => {
    expect(last('FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0;UNTIL=20261101T013000')).toBe(
      '2026-11-01T06:30:00.000Z',
    );
  });

  it('that the clock jumps over is what it shows instead', () => {
    expect(last('FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0;UNTIL=20260308T023000')).toBe(
      '2026-03-08T07:30:00.000Z',
    );
  });

  it('is read in the time zone of the job, and in UTC with Z', () => {
    const daily = 'FREQ=DAILY;BYHOUR=22;BYMINUTE=0;BYSECOND=0';

    expect(last(`${daily};UNTIL=20260601T220000`)).toBe('2026-06-02T02:00:00.000Z');
    expect(last(`${daily};UNTIL=20260601`)).toBe('2026-06-02T02:00:00.000Z');
    expect(last(`${daily};UNTIL=20260601T220000Z`)).toBe('2026-06-01T02:00:00.000Z');
  });
});
