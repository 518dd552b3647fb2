import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from './dst-policy.ts';
import { parseSchedule, type ScheduleDefinition } from './parse-schedule.ts';
import { upcoming } from './schedule.ts';
import { scheduleWarnings } from './warnings.ts';

const NOW = new Date('2026-01-15T00:00:00Z');

function warningsOf(schedule: string, rest: Partial<ScheduleDefinition> = {}): string[] {
  const definition = {
    schedule,
    timezone: 'America/New_York',
    dst: DEFAULT_DST,
    anchor: NOW,
    ...rest,
  };
  const warnings = scheduleWarnings(definition, upcoming(parseSchedule(definition), NOW, 3), NOW);
  return warnings.map(({ code, message }) => `${code}: ${message}`);
}

describe('warnings', () => {
  it.each(['0 9 * * 1-5', '* * * * *', '0 * * * *', '@every 60s', '@at 2026-03-01T00:00:00Z'])(
    'has nothing to say about %s',
    (schedule) => expect(warningsOf(schedule)).toEqual([]),
  );

  it('says that H is drawn for each job, unless the job is known', () => {
    expect(warningsOf('H 9 * * *')).toEqual([expect.stringMatching(/^DRAWN_FOR_JOB: H is drawn/)]);
    expect(warningsOf('H 9 * * *', { seed: 7 })).toEqual([]);
    expect(warningsOf('0 9 * MAR THU')).toEqual([]);
  });

  it('says that either day field is enough', () => {
    expect(warningsOf('0 9 13 * 5')).toEqual([expect.stringMatching(/^BOTH_DAY_FIELDS: .*either/)]);
  });

  it('says when and where a time is moved', () => {
    expect(warningsOf('30 2 * * *')).toEqual([
      'DST_AHEAD: On 2026-03-08 in America/New_York the clock jumps over 02:30, which is moved to 03:30',
    ]);
  });

  it('says when a time is left out, and when it comes twice', () => {
    expect(warningsOf('*/30 1-2 * * *', { dst: { gap: 'skip', overlap: 'both' } })).toEqual([
      'DST_AHEAD: On 2026-03-08 in America/New_York the clock jumps over 02:00, which is left out',
      'DST_AHEAD: On 2026-11-01 in America/New_York the clock shows 01:00 twice; both times count',
    ]);
  });

  it('says nothing about changes outside the bounds', () => {
    expect(warningsOf('30 2 * * *', { startAt: new Date('2026-04-01T00:00:00Z') })).toEqual([]);
    expect(warningsOf('30 2 * * *', { endAt: new Date('2026-03-01T00:00:00Z') })).toEqual([]);
  });

  it('says when and where a time of a rule is moved, as long as the rule lasts', () => {
    const daily = 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0';

    expect(warningsOf(daily)).toEqual([
      'DST_AHEAD: On 2026-03-08 in America/New_York the clock jumps over 02:30, which is moved to 03:30',
    ]);
    expect(warningsOf(`${daily};UNTIL=20260301`)).toEqual([]);
    expect(warningsOf(`${daily};COUNT=20`)).toEqual([]);
    expect(warningsOf('FREQ=HOURLY;INTERVAL=2')).toEqual([]);
  });

  it('says nothing about zones that have given up changing their clocks', () => {
    expect(warningsOf('30 1 * * *', { timezone: 'Asia/Tokyo' })).toEqual([]);
  });

  it.each(['*/10 * * * * *', '* 30 9 * * *', '@every 59s', 'FREQ=SECONDLY;INTERVAL=59'])(
    'calls %s very frequent',
    (schedule) => {
      expect(warningsOf(schedule)).toEqual([
        'VERY_FREQUENT: This runs more often than once a minute',
      ]);
    },
  );

  it('says when the next instant is far away, or when there is none', () => {
    expect(warningsOf('0 12 29 2 *')).toEqual([
      'NONE_WITHIN_YEAR: The next instant is more than a year away: 2028-02-29T17:00:00.000Z',
    ]);
    expect(
      warningsOf('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=12;BYMINUTE=0;BYSECOND=0'),
    ).toEqual([
      'NONE_WITHIN_YEAR: The next instant is more than a year away: 2028-02-29T17:00:00.000Z',
    ]);
    expect(warningsOf('@at 2025-01-01T00:00:00Z')).toEqual([
      'NONE_WITHIN_YEAR: There is no further instant',
    ]);
  });
});
