import { describe, expect, it } from '@jest/globals';
import { OnceSchedule, instantAt } from './once-schedule.ts';
import { upcoming } from './schedule.ts';

describe('a single instant', () => {
  const at = new Date('2027-01-31T09:00:00.125Z');
  const once = new OnceSchedule(at);
  const before = new Date(at.getTime() - 1);

  it('is the next one until it comes, and the latest one from then on', () => {
    expect([once.next(before), once.latest(before)]).toEqual([at, null]);
    expect([once.next(at), once.latest(at)]).toEqual([null, at]);
    expect(upcoming(once, before, 5)).toEqual([at]);
  });

  it('counts once', () => {
    expect([once.count(before, at), once.count(at, at), once.count(before, before)]).toEqual([
      1, 0, 0,
    ]);
  });

  it.each([
    ['2027-01-31T09:00:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31t09:00z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00:00.5-05:00', '2027-01-31T14:00:00.500Z'],
    ['2028-02-29T00:00:00.007+14:00', '2028-02-28T10:00:00.007Z'],
  ])('is read from %s', (text, iso) => {
    expect(instantAt(text, 0).toISOString()).toBe(iso);
  });
});
