import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesBetween, type FieldChange } from './revision-diff.ts';

/** As it comes from the database. */
function json(text: string): Record<string, unknown> {
  return JSON.parse(text) as Record<string, unknown>;
}

describe('what differs between two states', () => {
  it.each<[string, object, object, FieldChange[]]>([
    ['nothing', { a: 1, b: { c: [1] } }, { b: { c: [1] }, a: 1 }, []],
    ['a value', { a: 1, b: 2 }, { a: 1, b: 3 }, [{ path: 'b', from: 2, to: 3 }]],
    ['a value that becomes null', { a: 1 }, { a: null }, [{ path: 'a', from: 1, to: null }]],
    ['its kind', { a: 1 }, { a: '1' }, [{ path: 'a', from: 1, to: '1' }]],
    [
      'fields deep down',
      { a: { b: { c: 1, d: 2 }, e: 3 } },
      { a: { b: { c: 1, d: 4 }, e: 5 } },
      [
        { path: 'a.b.d', from: 2, to: 4 },
        { path: 'a.e', from: 3, to: 5 },
      ],
    ],
    [
      'fields that one of them does not have',
      { a: { b: 1 } },
      { a: { c: null } },
      [
        { path: 'a.b', from: 1 },
        { path: 'a.c', to: null },
      ],
    ],
    [
      'an object in the place of something else',
      { a: null, b: { c: 1 }, d: [1] },
      { a: { c: 1 }, b: 1, d: { 0: 1 } },
      [
        { path: 'a', from: null, to: { c: 1 } },
        { path: 'b', from: { c: 1 }, to: 1 },
        { path: 'd', from: [1], to: { 0: 1 } },
      ],
    ],
    [
      'a list, as a whole',
      { a: [{ b: 1 }, 2] },
      { a: [{ b: 1 }, 3] },
      [{ path: 'a', from: [{ b: 1 }, 2], to: [{ b: 1 }, 3] }],
    ],
    ['an object that has lost all', { a: { b: 1 } }, { a: {} }, [{ path: 'a.b', from: 1 }]],
  ])('is %s', (_case, from, to, expected) => {
    expect(changesBetween(from as never, to as never)).toEqual(expected);
  });

  it('is seen in fields that are named like what every object has', () => {
    const from = json('{"a": {"toString": 1}}');
    const to = json('{"a": {"__proto__": 1, "constructor": {}, "toString": 1}}');

    expect(changesBetween(from, to)).toEqual([
      { path: 'a.__proto__', to: 1 },
      { path: 'a.constructor', to: {} },
    ]);
    expect(changesBetween(to, to)).toEqual([]);
  });

  it('is a whole field when much of it differs, and no more than that one', () => {
    const wide = (value: number) =>
      Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`f${n}`, value]));
    const from = { a: wide(1), b: 1 };
    const to = { a: wide(2), b: 2 };

    expect(changesBetween(from, to)).toEqual([
      { path: 'a', from: from.a, to: to.a },
      { path: 'b', from: 1, to: 2 },
    ]);
    const { f50: _one, ...fewer } = to.a;
    expect(changesBetween({ a: { ...from.a, f50: 2 } }, { a: { ...fewer, f50: 2 } })).toHaveLength(
      50,
    );
  });

  it('has short paths, however long the names are', () => {
    const name = 'x'.repeat(100_000);

    const [change] = changesBetween({ a: { [name]: { [name]: 1 } } }, { a: { [name]: {} } });

    expect(change?.path.length).toBeLessThan(300);
  });

  it('is nothing exactly when they are equal, and turns the other way around', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const state = fc.dictionary(fc.string({ maxLength: 3 }), value, { maxKeys: 5 });
    fc.assert(
      fc.property(state, state, (one, other) => {
        const [from, to] = [json(JSON.stringify(one)), json(JSON.stringify(other))];

        const there = changesBetween(from, to);
        const back = changesBetween(to, from);

        expect(there.length).toBe(back.length);
        expect(changesBetween(from, from)).toEqual([]);
        expect(there.length === 0).toBe(canonical(from) === canonical(to));
      }),
    );
  });
});

/** The same text for equal values. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))
      : part,
  );
}
