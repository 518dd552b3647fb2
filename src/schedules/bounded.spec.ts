import { describe, expect, it } from '@jest/globals';
import { DEFAULT_DST } from './dst-policy.ts';
import { parseSchedule } from './parse-schedule.ts';
import { upcoming } from './schedule.ts';

const day = (iso: string) => new Date(`${iso}Z`);

function bounded(schedule: string, startAt: Date | null, endAt: Date | null) {
  const anchor = day('2026-01-01T00:00:07');
  return parseSchedule({ schedule, timezone: 'UTC', dst: DEFAULT_DST, anchor, startAt, endAt });
}

describe('a schedule with bounds', () => {
  const noons = bounded('0 12 * * *', day('2026-02-01T12:00'), day('2026-02-03T12:00'));

  it('includes both of its bounds and nothing beyond', () => {
    const all = upcoming(noons, day('2020-01-01T00:00'), 10);

    expect(all).toEqual(['01', '02', '03'].map((date) => day(`2026-02-${date}T12:00`)));
  });

  it('has no latest instant before its start, and keeps the last one for ever', () => {
    expect(noons.latest(day('2026-02-01T11:59:59'))).toBeNull();
    expect(noons.latest(day('2026-02-01T12:00'))).toEqual(day('2026-02-01T12:00'));
    expect(noons.latest(day('2030-01-01T00:00'))).toEqual(day('2026-02-03T12:00'));
  });

  it('counts within its bounds', () => {
    expect(noons.count(day('2020-01-01T00:00'), day('2030-01-01T00:00'))).toBe(3);
    expect(noons.count(day('2026-02-01T12:00'), day('2026-02-02T12:00'))).toBe(1);
    expect(noons.count(day('2027-01-01T00:00'), day('2030-01-01T00:00'))).toBe(0);
    expect(noons.count(day('2020-01-01T00:00'), day('2021-01-01T00:00'))).toBe(0);
  });

  it('keeps the kind of what it bounds', () => expect(noons.kind).toBe('cron'));

  it('lets an interval begin at the start, else one period after the anchor', () => {
    const early = day('2025-01-01T00:00');

    expect(bounded('@every 1h', day('2026-05-05T00:10'), null).next(early)).toEqual(
      day('2026-05-05T00:10'),
    );
    expect(bounded('@every 1h', null, null).next(early)).toEqual(day('2026-01-01T01:00:07'));
  });
});
