import { describe, expect, it } from '@jest/globals';
import { IdPipe } from './id.pipe.ts';

describe('IdPipe', () => {
  const pipe = new IdPipe();

  it.each(['1', '42', '2147483647'])('reads %s', (text) => {
    expect(pipe.transform(text)).toBe(Number(text));
  });

  it.each([
    '',
    '0',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    '0x1',
    ' 1',
    '1\n',
    '2147483648',
    '9999999999',
    '99999999999',
    '٣',
    'NaN',
  ])('refuses %j', (text) => {
    expect(() => pipe.transform(text)).toThrow('id: must be an integer from 1 to 2147483647');
  });

  it('names the part of the path that is wrong', () => {
    expect(() => pipe.transform('x', { data: 'exceptionId' })).toThrow('exceptionId: must be');
  });
});
