import { describe, expect, it } from '@jest/globals';
import { parseInstant } from './instant.ts';

describe('instants', () => {
  it.each([
    ['2027-01-31T09:00:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00:00.123456Z', '2027-01-31T09:00:00.123Z'],
    ['2027-01-31T23:30:00-05:00', '2027-02-01T04:30:00.000Z'],
    ['2028-02-29T00:00:00+14:00', '2028-02-28T10:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '',
    '2027-01-31',
    '2027-01-31T09:00:00',
    '2027-02-30T09:00:00Z',
    '2027-02-29T00:00:00Z',
    '2027-13-01T00:00:00Z',
    '2027-01-31T25:00:00Z',
    '2027-01-31 09:00:00Z',
    '+275760-09-13T00:00:00Z',
    'tomorrow',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
