import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../common/errors.ts';
import { validated } from '../../common/validation.ts';
import { IsLabels } from './labels.ts';

class Labelled {
  @IsLabels()
  readonly labels: Record<string, string>;
}

function refusal(labels: unknown): string | undefined {
  try {
    validated(Labelled, { labels });
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.message;
    throw error;
  }
  return undefined;
}

function numbered(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`label-${n}`, 'x']));
}

describe('labels', () => {
  it.each([
    {},
    { a: '' },
    { team: 'billing', 'app.example.org/tier': 'back end' },
    { A1_b: 'a.b_c/d:e@f-g 7' },
    { ['x'.repeat(63)]: 'y'.repeat(200) },
    numbered(64),
  ])('may be %j', (labels) => {
    expect(refusal(labels)).toBeUndefined();
  });

  it.each([
    [null, 'must be an object of texts'],
    ['a=b', 'must be an object of texts'],
    [['a'], 'must be an object of texts'],
    [numbered(65), 'takes at most 64 labels'],
    [{ '': 'x' }, 'names must be 1 to 63'],
    [{ ['x'.repeat(64)]: 'x' }, 'names must be 1 to 63'],
    [{ '-a': 'x' }, 'names must be 1 to 63'],
    [{ 'a.': 'x' }, 'names must be 1 to 63'],
    [{ 'a=b': 'x' }, 'names must be 1 to 63'],
    [{ ä: 'x' }, 'names must be 1 to 63'],
    [{ 'a\n': 'x' }, 'names must be 1 to 63'],
    [{ a: 1 }, 'values must be text of at most 200'],
    [{ a: null }, 'values must be text of at most 200'],
    [{ a: { b: 'c' } }, 'values must be text of at most 200'],
    [{ a: 'x'.repeat(201) }, 'values must be text of at most 200'],
    [{ a: 'x\n' }, 'values must be text of at most 200'],
    [{ a: 'x=y' }, 'values must be text of at most 200'],
    [{ constructor: 'x' }, 'is not a known field'],
  ])('must not be %j', (labels, message) => {
    expect(refusal(labels)).toContain(message);
  });
});
