import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequestError } from './errors.ts';
import { decodeCursor, encodeCursor, nextLink } from './pages.ts';

const FOREIGN = 'cursor: is not a cursor that this list has given out';

function written(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('a cursor', () => {
  it('comes back as the position that it was made from', () => {
    const positions = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 });

    fc.assert(
      fc.property(fc.string(), positions, (sort, position) => {
        const cursor = encodeCursor(sort, position);

        expect(decodeCursor(cursor, sort, position.length)).toEqual(position);
        expect(cursor).toMatch(/^[\w-]*$/);
      }),
    );
  });

  it('is refused by a list in another order, or with another number of sort values', () => {
    const cursor = encodeCursor('name', ['a', '1']);

    expect(() => decodeCursor(cursor, '-name', 2)).toThrow(FOREIGN);
    expect(() => decodeCursor(cursor, 'id', 2)).toThrow(FOREIGN);
    expect(() => decodeCursor(cursor, 'name', 1)).toThrow(FOREIGN);
    expect(() => decodeCursor(cursor, 'name', 3)).toThrow(FOREIGN);
  });

  it.each([
    '',
    'x',
    'W10',
    '😀',
    '\0',
    written(null),
    written({}),
    written('id'),
    written(['id', 1, 2]),
    written(['id', null, 'a']),
    written(['id', ['a'], 'b']),
    `${encodeCursor('id', ['a', 'b'])}x=`,
  ])('that was never given out is refused: %j', (cursor) => {
    expect(() => decodeCursor(cursor, 'id', 2)).toThrow(FOREIGN);
  });

  it('is read or refused, and nothing else, whatever it is', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map(written),
      fc.base64String(),
    );

    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 3 }), (cursor, length) => {
        try {
          expect(decodeCursor(cursor, 'id', length)).toHaveLength(length);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRequestError);
        }
      }),
    );
  });
});

describe('the link to the next page', () => {
  it('keeps every parameter and puts the cursor in', () => {
    expect(nextLink('/jobs?name=a%20b&label=x&label=y&cursor=old', 'new')).toBe(
      '</jobs?name=a+b&label=x&label=y&cursor=new>; rel="next"',
    );
    expect(nextLink('/runs', 'new')).toBe('</runs?cursor=new>; rel="next"');
  });

  it('cannot be broken out of', () => {
    const link = nextLink('/jobs?name=%3E%3B%20rel%3D%22x%22%0D%0Aset-cookie:a', 'new');

    expect(link).toMatch(/^<\/jobs\?name=[\w%+.-]+&cursor=new>; rel="next"$/);
  });
});
