import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseInstant } from './instant.ts';

describe('instants', () => {
  it.each([
    ['2027-01-31T09:00:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00Z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31t09:00:00z', '2027-01-31T09:00:00.000Z'],
    ['2027-01-31T09:00:00.5Z', '2027-01-31T09:00:00.500Z'],
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
    '2027-01-31T24:00:00Z',
    '2027-01-31T23:59:60Z',
    '2027-01-31T09:00:00.1234Z',
    '2027-01-31T09:00:00+24:00',
    '2027-01-31 09:00:00Z',
    '1969-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
    'tomorrow',
  ])('refuses %j', (text) => {
    expect(parseInstant(text)).toBeNull();
  });

  it('reads back what a date writes', () => {
    const dates = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });

    fc.assert(fc.property(dates, (date) => expect(parseInstant(date.toISOString())).toEqual(date)));
  });
});
