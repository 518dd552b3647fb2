import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStorableText, unstorable } from './storable.ts';

const NESTED_64 = JSON.parse('['.repeat(64) + ']'.repeat(64)) as unknown;

describe('what PostgreSQL can store', () => {
  it.each([
    ['plain', true],
    ['', true],
    ['😀', true],
    ['\\u0000', true],
    ['a\0', false],
    ['\ud83d', false],
    ['\ude00\ud83d', false],
  ])('text %j: %p', (text, storable) => {
    expect(isStorableText(text)).toBe(storable);
  });

  it('finds every place in a JSON value, names included', () => {
    const value = JSON.parse('{"a":["x","\\u0000"],"b\\ud800":{"c":1e999},"d":null}') as unknown;

    expect(unstorable(value, 'payload')).toEqual([
      { path: 'payload.a.1', message: 'must not contain NUL or half of a surrogate pair' },
      {
        path: 'payload.b\uFFFD',
        message: 'its name must not contain NUL or half of a surrogate pair',
      },
      { path: 'payload.b\uFFFD.c', message: 'is too large a number' },
    ]);
  });

  it('goes 64 levels deep and no further', () => {
    expect(unstorable(NESTED_64, 'p')).toEqual([]);
    expect(unstorable([NESTED_64], 'p')).toEqual([
      { path: `p${'.0'.repeat(64)}`, message: expect.stringContaining('64') },
    ]);
  });

  it('has nothing against ordinary JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000'));

        expect(unstorable(value, 'p')).toEqual([]);
      }),
    );
  });
});
