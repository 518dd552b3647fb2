import { describe, expect, it } from '@jest/globals';
import { describeSchedule } from './describe.ts';

describe('a schedule in words', () => {
  it.each([
    ['0 9 * * 1-5', 'At 09:00, Monday through Friday (Europe/Paris)'],
    ['*/10 * * * * *', 'Every 10 seconds (Europe/Paris)'],
    ['@hourly', 'Every hour (Europe/Paris)'],
    ['0 0 lw * ?', 'At 00:00, on the last weekday of the month (Europe/Paris)'],
    ['0 0 * * friL', 'At 00:00, on the last Friday of the month (Europe/Paris)'],
    [
      '0 0 13 * 5',
      'At 00:00, on day 13 of the month, and on Friday, whichever day matches (Europe/Paris)',
    ],
    ['0 0 1W,15W * *', 'Cron 0 0 1W,15W * * (Europe/Paris)'],
    ['@every 90s', 'Every 90 seconds'],
    ['@every 1h', 'Every hour'],
    ['@every 1h30m', 'Every 1 hour and 30 minutes'],
    [
      'RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
      'Every month, on the last Friday of the month, at 09:00 (Europe/Paris)',
    ],
    ['@at 2027-01-31T09:00:00+01:00', 'Once, at 2027-01-31T08:00:00.000Z'],
  ])('%s', (schedule, words) => {
    expect(describeSchedule(schedule, 'Europe/Paris')).toBe(words);
  });

  it.each([
    ['H H(0-5) * * *', 'At 03:23 (UTC)'],
    ['H/15 * * * *', 'Every 15 minutes, minutes 8 through 59 past the hour (UTC)'],
    ['0 9 * * h(MON-FRI)', 'At 09:00, only on Thursday (UTC)'],
    ['0 9 * * THU', 'At 09:00, only on Thursday (UTC)'],
  ])('says what H stands for when the seed of the job is known: %s', (schedule, words) => {
    expect(describeSchedule(schedule, 'UTC', 42)).toBe(words);
  });

  it('says that H is drawn when no job is known', () => {
    expect(describeSchedule('H h(0-5) * * *', 'UTC')).toBe(
      'Cron H H(0-5) * * *, where H is drawn for each job (UTC)',
    );
  });
});
