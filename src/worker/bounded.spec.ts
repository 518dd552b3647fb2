import { describe, expect, it } from '@jest/globals';
import { errorText, resultJson, storableText } from './bounded.ts';

describe('results', () => {
  it('keeps what is JSON', () => {
    expect(resultJson({ a: [1, 'ü', null] })).toBe('{"a":[1,"ü",null]}');
  });

  it.each([undefined, null])('keeps nothing for %s', (value) => {
    expect(resultJson(value)).toBeNull();
  });

  it('replaces what PostgreSQL cannot store, and nothing that only looks like it', () => {
    expect(resultJson({ nul: '\0', half: '\uD800', 'key\0': 1 })).toBe(
      '{"nul":"\uFFFD","half":"\uFFFD","key\uFFFD":1}',
    );
    expect(resultJson('\\u0000')).toBe('"\\\\u0000"');
    expect(resultJson('\\\0')).toBe('"\\\\\uFFFD"');
  });

  it('says so when a result is too long', () => {
    const { note, preview } = JSON.parse(resultJson('x'.repeat(100_000)) ?? '') as Record<
      string,
      string
    >;

    expect(note).toBe('The result has 100002 characters; at most 65536 are kept');
    expect(preview).toHaveLength(1_000);
  });

  it('says so when a result is no JSON', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;

    for (const value of [circular, 10n, () => 1]) {
      expect(resultJson(value)).toBe('{"note":"The result is no JSON value"}');
    }
  });
});

describe('errors', () => {
  it.each([
    [new TypeError('no'), 'TypeError: no'],
    ['just text', 'just text'],
    [undefined, 'Threw undefined'],
    [{ code: 7 }, 'Threw { code: 7 }'],
  ])('puts %p into words', (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('bounds and cleans them', () => {
    expect(errorText(`a\0${'b'.repeat(10_000)}`)).toHaveLength(4_000);
    expect(storableText('a\0\uD800', 10)).toBe('a\uFFFD\uFFFD');
  });
});
