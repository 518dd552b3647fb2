import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../../test/support/steps.ts';
import { ValueSet } from '../cron/value-set.ts';
import { DEFAULT_DST } from '../dst-policy.ts';
import { ClockTimes } from '../local/clock-times.ts';
import { DayTimes } from '../local/day-times.ts';
import { parseSchedule } from '../parse-schedule.ts';
import { TimeZone } from '../zones/time-zone.ts';
import { timeZone } from '../zones/time-zones.ts';
import { Timeline } from '../zones/timeline.ts';
import { Periods } from './days/periods.ts';
import { PeriodDays } from './days/period-days.ts';
import { Weeks } from './days/weeks.ts';
import { YearDays } from './days/year-days.ts';
import { YearMask } from './days/year-mask.ts';
import { PickedTimes } from './times/picked-times.ts';
import { PositionedTimes } from './times/positioned-times.ts';
import { SetPositions } from './times/set-positions.ts';
import { SteppedTimes } from './times/stepped-times.ts';
import { SteppedUnits } from './times/stepped-units.ts';

const DAYS = [YearDays, YearMask, Periods, PeriodDays, Weeks];
const TIMES = [PickedTimes, PositionedTimes, SetPositions, SteppedTimes, SteppedUnits];
// With those of the language each value, item and match is a step, not only what is ours.
const CLASSES = [Array, Set, String, RegExp, Timeline, TimeZone, DayTimes, ClockTimes, ValueSet];

const ANCHOR = new Date('2026-01-01T00:10:00Z');
const FAR = new Date('9000-01-01T00:00:00Z');
const SECONDS = Array.from({ length: 60 }, (_, second) => second).join();
const POSITIONS = Array.from({ length: 200 }, (_, index) => index + 1).join();

/** Some million steps take ten milliseconds. */
describe('the cost of a rule', () => {
  const zone = 'America/New_York';
  // A zone is decoded once, and is not part of the cost.
  timeZone(zone);
  const count = (work: () => void) => stepsOf([...CLASSES, ...DAYS, ...TIMES], work);
  const parse = (schedule: string) =>
    parseSchedule({ schedule, timezone: zone, dst: DEFAULT_DST, anchor: ANCHOR });

  it.each([
    ['each second', 'FREQ=SECONDLY', 1_000],
    ['each second of a list', `FREQ=DAILY;BYMINUTE=${SECONDS};BYSECOND=${SECONDS}`, 3_000],
    ['picked seconds', `FREQ=MONTHLY;BYMINUTE=1;BYSECOND=${SECONDS};BYSETPOS=${POSITIONS}`, 5_000],
    ['29 February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', 10_000],
    [
      '29 February that is a Monday, every 3 days',
      'FREQ=DAILY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO',
      50_000,
    ],
    ['a fifth Monday, every 11 months', 'FREQ=MONTHLY;INTERVAL=11;BYDAY=MO;BYSETPOS=5', 10_000],
    ['week 53, every 7 years', 'FREQ=YEARLY;INTERVAL=7;BYWEEKNO=53', 50_000],
    [
      'a second of a day, every 9973 seconds in June',
      'FREQ=SECONDLY;INTERVAL=9973;BYMONTH=6;BYHOUR=1;BYMINUTE=1;BYSECOND=1',
      300_000,
    ],
    [
      'every 10 years, on days that seldom come',
      'FREQ=HOURLY;INTERVAL=86400;BYMONTHDAY=31;BYDAY=SU',
      100_000,
    ],
    ['100,000 seconds', 'FREQ=SECONDLY;COUNT=100000', 5_000],
    [
      '100,000 odd minutes',
      'FREQ=MINUTELY;INTERVAL=15;BYHOUR=0,1;BYMINUTE=10,25;COUNT=100000',
      100_000,
    ],
  ])('is bounded, to parse and to advance: %s', (_, rule, limit) => {
    const parsing = count(() => parse(rule));
    const schedule = parse(rule);
    const asking = count(() => {
      schedule.next(FAR);
      schedule.latest(FAR);
    });

    expect(parsing).toBeLessThan(limit);
    expect(asking).toBeLessThan(limit);
  });

  it.each([
    ['30 February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 50_000],
    ['a Monday, every 7 days from a Thursday', 'FREQ=DAILY;INTERVAL=7;BYDAY=MO', 50_000],
    ['a sixth Monday', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6', 1_000],
    ['an eighth day of a week', 'FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=1,2;BYSETPOS=5', 1_000],
    ['other minutes than those in step', 'FREQ=MINUTELY;INTERVAL=10;BYMINUTE=5', 50_000],
    [
      'more instants than anyone waits for',
      'FREQ=SECONDLY;INTERVAL=7;BYHOUR=1;BYMINUTE=1;COUNT=100000',
      500_000,
    ],
  ])('is bounded when it is refused: %s', (_, rule, limit) => {
    expect(count(() => expect(() => parse(rule)).toThrow())).toBeLessThan(limit);
  });

  it.each([
    ['FREQ=SECONDLY', 31_536_000],
    ['FREQ=SECONDLY;INTERVAL=7', 4_505_143],
    ['FREQ=MINUTELY;INTERVAL=15;BYDAY=MO,TU,WE,TH,FR', 24_960],
    ['FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0,30', 43_800],
  ])('counts a year of %s without looking at each', (rule, expected) => {
    const schedule = parse(rule);
    const year = [new Date('2026-03-01T05:00:00Z'), new Date('2027-03-01T05:00:00Z')] as const;

    const steps = count(() => expect(schedule.count(...year)).toBe(expected));

    expect(steps).toBeLessThan(10_000);
  });
});
