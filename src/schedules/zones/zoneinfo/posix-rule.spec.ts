import { describe, expect, it } from '@jest/globals';
import { PosixRuleError, readPosixRule } from './posix-rule.ts';

/** Both changes of a year, as instants with the hours that hold from then on. */
function changesIn(rule: string, year: number): string[] {
  const { changes } = readPosixRule(rule);
  return (changes ?? []).map((change) => {
    const { at, offset } = change.in(year);
    return `${new Date(at * 1_000).toISOString().replace(':00.000Z', 'Z')} ${offset / 3_600}`;
  });
}

describe('a rule as POSIX writes it', () => {
  it.each([
    ['UTC0', 0],
    ['MST7', -7],
    ['<+0530>-5:30', 5.5],
    ['<-03>3', -3],
    ['<+00>+0', 0],
    ['LMT-0:19:32', (19 * 60 + 32) / 3_600],
  ])('%s moves no clock', (rule, hours) => {
    expect(readPosixRule(rule)).toEqual({ offset: hours * 3_600, changes: null });
  });

  it.each([
    ['PST8PDT,M3.2.0,M11.1.0', 2027, ['2027-03-14T10:00Z -7', '2027-11-07T09:00Z -8']],
    ['CET-1CEST,M3.5.0,M10.5.0/3', 2027, ['2027-03-28T01:00Z 2', '2027-10-31T01:00Z 1']],
    // Winter comes in the middle of the year.
    ['AEST-10AEDT,M10.1.0,M4.1.0/3', 2027, ['2027-04-03T16:00Z 10', '2027-10-02T16:00Z 11']],
    // Half an hour.
    [
      '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0',
      2027,
      ['2027-04-03T15:00Z 10.5', '2027-10-02T15:30Z 11'],
    ],
    // Summer is the standard, and winter is an hour behind it.
    ['IST-1GMT0,M10.5.0,M3.5.0/1', 2027, ['2027-03-28T01:00Z 1', '2027-10-31T01:00Z 0']],
    // On the day before, and on the day after.
    ['<-02>2<-01>,M3.5.0/-1,M10.5.0/0', 2027, ['2027-03-28T01:00Z -1', '2027-10-31T01:00Z -2']],
    ['EET-2EEST,M3.4.4/50,M10.4.4/50', 2027, ['2027-03-27T00:00Z 3', '2027-10-29T23:00Z 2']],
    ['EET-2EEST,M4.5.5/0,M10.5.4/24', 2027, ['2027-04-29T22:00Z 3', '2027-10-28T21:00Z 2']],
    // The last day of February, and of a month that has four weeks exactly.
    ['X3Y,M2.5.0,M10.5.0', 2028, ['2028-02-27T05:00Z -2', '2028-10-29T04:00Z -3']],
    // Days of the year, without and with 29 February.
    ['X3Y,J60,J300', 2028, ['2028-03-01T05:00Z -2', '2028-10-27T04:00Z -3']],
    ['X3Y,59,299', 2028, ['2028-02-29T05:00Z -2', '2028-10-26T04:00Z -3']],
    ['X3Y,59,299', 2027, ['2027-03-01T05:00Z -2', '2027-10-27T04:00Z -3']],
  ])('%s moves the clock in %d', (rule, year, changes) => {
    const named = rule.replace('X', 'XXX').replace('Y', 'YYY');

    expect(changesIn(named, year)).toEqual(changes);
  });

  it('may say that summer never ends', () => {
    expect(readPosixRule('XXX3EDT4,0/0,J365/23')).toEqual({ offset: -14_400, changes: null });
    expect(readPosixRule('EST5EDT,0/0,J365/25')).toEqual({ offset: -14_400, changes: null });
  });

  it.each([
    '',
    'PST',
    'PST8PDT',
    'PST8PDT,M3.2.0',
    'PS8',
    'PST8PDT,M13.2.0,M11.1.0',
    'PST8PDT,M3.0.0,M11.1.0',
    'PST8PDT,M3.2.7,M11.1.0',
    'PST8PDT,J0,J300',
    'PST8PDT,J366,J300',
    'PST8PDT,366,J300',
    'PST8PDT,M3.2.0,M11.1.0 ',
    `PST8${'0'.repeat(1_000)}`,
  ])('is refused as %j', (rule) => {
    expect(() => readPosixRule(rule)).toThrow(PosixRuleError);
  });
});
