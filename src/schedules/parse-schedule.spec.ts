import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../test/support/steps.ts';
import { DayRule } from './cron/day-rule.ts';
import { ValueSet } from './cron/value-set.ts';
import { DEFAULT_DST } from './dst-policy.ts';
import { ClockTimes } from './local/clock-times.ts';
import { DayTimes } from './local/day-times.ts';
import { parseSchedule } from './parse-schedule.ts';
import { ScheduleError } from './schedule-error.ts';
import { upcoming } from './schedule.ts';
import { TimeZone } from './zones/time-zone.ts';
import { timeZone } from './zones/time-zones.ts';
import { Timeline } from './zones/timeline.ts';

const ANCHOR = new Date('2026-01-01T00:10:00Z');

function parse(schedule: string, timezone = 'UTC') {
  return parseSchedule({ schedule, timezone, dst: DEFAULT_DST, anchor: ANCHOR });
}

function errorOf(schedule: string, timezone?: string): ScheduleError {
  try {
    parse(schedule, timezone);
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error(`${schedule} was accepted`);
}

describe('the forms of a schedule', () => {
  it('may have spaces and tabs around and between fields', () => {
    const instants = upcoming(parse('  0\t9  * * * '), ANCHOR, 2);

    expect(instants).toEqual(upcoming(parse('0 9 * * *'), ANCHOR, 2));
  });

  it('may have spaces and tabs around a rule, and the name in front of it or not', () => {
    const instants = upcoming(parse(' \tRRULE:FREQ=DAILY\t'), ANCHOR, 2);

    expect(instants).toEqual(upcoming(parse('freq=daily'), ANCHOR, 2));
  });

  it.each([
    ['cron', '@daily'],
    ['cron', '* * * * *'],
    ['interval', '@every 5m'],
    ['once', '@at 2027-01-31T09:00:00Z'],
    ['rrule', 'RRULE:FREQ=DAILY'],
    ['rrule', 'INTERVAL=2;FREQ=DAILY'],
  ])('is of kind %s: %s', (kind, schedule) => expect(parse(schedule).kind).toBe(kind));
});

describe('what is refused', () => {
  it('a time zone that IANA does not know, for every form', () => {
    const forms = ['0 9 * * *', '@every 5m', '@at 2027-01-31T09:00:00Z', 'RRULE:FREQ=DAILY'];
    for (const schedule of forms) {
      const error = errorOf(schedule, 'America/New_Yrok');

      expect([error.field, error.position]).toEqual(['timezone', null]);
      expect(error.message).toContain('got America/New_Yrok');
    }
  });
});

describe('what is shared', () => {
  const of = (schedule: string, seed?: number) => {
    return parseSchedule({ schedule, timezone: 'UTC', dst: DEFAULT_DST, anchor: ANCHOR, seed });
  };

  it('is a schedule between jobs that say the same, whatever their seeds', () => {
    expect(of('0 9 * * THU', 1)).toBe(of('0 9 * * THU', 2));
  });

  it('is a schedule with H between jobs of one seed only', () => {
    expect(of('H 9 * * *', 1)).toBe(of('H 9 * * *', 1));
    expect(of('H 9 * * *', 1).next(ANCHOR)).not.toEqual(of('H 9 * * *', 42).next(ANCHOR));
    expect(of('H 9 * * *').next(ANCHOR)).toEqual(of('H 9 * * *', 0).next(ANCHOR));
  });
});

describe('the cost of an expression', () => {
  const LONG_LIST = `${Array.from({ length: 330 }, (_, i) => (i % 50) + 10).join()} 0 29 2 1`;
  const WEEKDAYS = `0 0 ${Array.from({ length: 31 }, (_, i) => `${i + 1}W`).join()} 2 *`;
  const RANGES = `${Array.from({ length: 190 }, (_, i) => `${i % 9}-${59 - (i % 23)}`).join()} * * * *`;
  const DRAWN = `0 0 ${Array.from({ length: 110 }, (_, i) => `H(1-${10 + (i % 19)})`).join()} H *`;
  const EVERYTHING = `${'*,'.repeat(490)}* * * * *`;
  // With those of the language each value, item and match is a step, not only what is ours.
  const CLASSES = [
    Array,
    String,
    RegExp,
    Timeline,
    TimeZone,
    DayTimes,
    ClockTimes,
    DayRule,
    ValueSet,
  ];
  const zone = 'America/New_York';

  it.each([
    ['29 February', '0 0 29 2 *', 1_000],
    ['29 February or a Monday', '0 0 29 2 1', 1_000],
    ['29 February that is a Monday', '0 0 * 2 1#5', 1_000],
    ['every nearest weekday', WEEKDAYS, 1_000],
    ['a list of 330 numbers', LONG_LIST, 5_000],
    ['a list of 490 times everything', EVERYTHING, 5_000],
    ['a list of 190 ranges', RANGES, 50_000],
    ['a list of 110 drawn days, in a drawn month', DRAWN, 50_000],
    ['490 drawn values', `${'H,'.repeat(490)}H H H H H`, 5_000],
    ['never again: the clock always jumps over it', '30 2 * 3 0#2', 50_000],
  ])('is bounded, to parse and to advance: %s', (_, schedule, limit) => {
    const dst = { gap: 'skip', overlap: 'first' } as const;
    // A zone is decoded once, and is not part of the cost.
    timeZone(zone);

    const steps = stepsOf(CLASSES, () => {
      parseSchedule({ schedule, timezone: zone, dst, anchor: ANCHOR }).next(ANCHOR);
    });

    expect(steps).toBeLessThan(limit);
  });
});
