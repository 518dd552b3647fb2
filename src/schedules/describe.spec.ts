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
    ['@at 2027-01-31T09:00:00+01:00', 'Once, at 2027-01-31T08:00:00.000Z'],
  ])('%s', (schedule, words) => {
    expect(describeSchedule(schedule, 'Europe/Paris')).toBe(words);
  });
});
