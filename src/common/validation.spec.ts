import { describe, expect, it } from '@jest/globals';
import { ArrayMaxSize, IsArray, IsInt, IsString, Max, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import fc from 'fast-check';
import { InvalidRequestError } from './errors.ts';
import {
  CanBeLeftOut,
  InputPipe,
  IsJsonValue,
  IsNested,
  IsPlainText,
  validated,
} from './validation.ts';

class Step {
  @IsPlainText({ min: 1, max: 5 })
  readonly name: string;
}

class Plan {
  @IsPlainText({ min: 1, max: 5 })
  readonly title: string;

  @IsInt()
  @Max(300_000)
  @CanBeLeftOut()
  readonly timeoutMs: number = 30_000;

  @IsNested(() => Step)
  @CanBeLeftOut()
  readonly first?: Step;

  @IsArray()
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => Step)
  @CanBeLeftOut()
  readonly steps?: Step[];

  @IsString({ each: true })
  @CanBeLeftOut()
  readonly tags?: string[];

  @IsJsonValue()
  @CanBeLeftOut()
  readonly payload?: unknown;
}

class LongPlan extends Plan {}

function refusal(value: unknown, path?: string): string[] {
  try {
    validated(Plan, value, { path });
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return error.violations.map((violation) => `${violation.path}: ${violation.message}`);
  }
  return [];
}

const json = (text: string): unknown => JSON.parse(text);

describe('validated', () => {
  it('makes an instance, with the defaults of its class', () => {
    const plan = validated(Plan, { title: 'a', first: { name: 'b' }, steps: [{ name: 'c' }] });

    expect(plan).toBeInstanceOf(Plan);
    expect(plan.first).toBeInstanceOf(Step);
    expect(plan).toEqual({
      title: 'a',
      timeoutMs: 30_000,
      first: { name: 'b' },
      steps: [{ name: 'c' }],
    });
  });

  it('names every field that is wrong, with its path and its limit', () => {
    const value = {
      timeoutMs: 300_001,
      steps: [{ name: 'a' }, { name: 'toolong', x: 1 }],
      tags: [1],
    };

    expect(refusal(value, 'payload')).toEqual([
      'payload.title: is required',
      'payload.timeoutMs: must not be greater than 300000',
      'payload.steps.1.x: is not a known field',
      'payload.steps.1.name: must not be longer than 5 characters',
      'payload.tags: every entry must be a string',
    ]);
  });

  it('refuses a list that is far too long before anything looks at its entries', () => {
    const long = Array.from({ length: 2_501 }, () => ({ name: 'a' }));

    expect(refusal({ title: 'a', steps: long })).toEqual([
      'steps: must not have more than 2500 entries',
    ]);
    expect(refusal({ title: 'a', steps: long.slice(0, 4) })).toEqual([
      'steps: must contain no more than 3 elements',
    ]);
    expect(refusal({ title: 'a', payload: long })).toEqual([]);
  });

  it.each([
    [undefined, 'body: is required'],
    [null, 'body: must be an object'],
    [[], 'body: must be an object'],
    ['{}', 'body: must be an object'],
    [1, 'body: must be an object'],
  ])('takes objects only, not %j', (value, violation) => {
    expect(refusal(value)).toEqual([violation]);
  });

  it.each([[[{ name: 'a' }]], ['a'], [null], [7]])('takes no %j for a nested object', (first) => {
    expect(refusal({ title: 'a', first })).toEqual(['first: must be an object']);
  });

  it('complains about a field that cannot be stored, and about the others as usual', () => {
    expect(refusal({ title: 'a\0', timeoutMs: null, payload: ['\udfff'] })).toEqual([
      'title: must not contain NUL or half of a surrogate pair',
      'payload.0: must not contain NUL or half of a surrogate pair',
      'timeoutMs: must not be greater than 300000',
      'timeoutMs: must be an integer number',
    ]);
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'x'])(
    'refuses the unknown field %s, at the top and below',
    (name) => {
      const value = json(`{"title":"a","${name}":{"${name}":1},"first":{"name":"b","${name}":1}}`);

      const violations = refusal(value);

      expect(violations).toContain(`${name}: is not a known field`);
      expect(violations).toContain(`first.${name}: is not a known field`);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    },
  );

  it('keeps a JSON value as it is, also in derived classes', () => {
    const payload = json('{"constructor":{"a":1},"__proto__":{"x":1},"toString":2}');

    expect(validated(LongPlan, { title: 'a', payload }).payload).toBe(payload);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each(['payload', 'first', 'unknown'])('survives %s nested without end', (name) => {
    const depth = 50_000;
    const value = json(`{"title":"a","${name}":${'[{"a":'.repeat(depth)}1${'}]'.repeat(depth)}}`);

    const [violation = ''] = refusal(value);

    expect(violation).toMatch(/^\w+(\.[0a])+: must not be nested deeper than 64 levels$/);
  });

  it('answers with no more than fifty violations and with short, printable paths', () => {
    const unknown = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`\r\n${'x'.repeat(200)}${index}`, index]),
    );

    const violations = refusal({ title: 'a', ...unknown });

    expect(violations).toHaveLength(50);
    expect(violations[0]).toBe(`\uFFFD\uFFFD${'x'.repeat(98)}: is not a known field`);
  });

  it('accepts or refuses anything, and never fails otherwise', () => {
    const names = fc.constantFrom('title', 'first', 'steps', 'tags', 'payload', 'constructor');
    const inputs = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));

    fc.assert(fc.property(inputs, (value) => expect(refusal(value)).toBeInstanceOf(Array)));
  });
});

describe('IsPlainText', () => {
  it.each([
    ['😀😀😀😀😀', []],
    ['😀😀😀😀😀😀', ['title: must not be longer than 5 characters']],
    ['', ['title: must not be empty']],
    [' \n ', ['title: must not be empty']],
    [7, ['title: must be text of 1 to 5 characters']],
    [null, ['title: must be text of 1 to 5 characters']],
  ])('judges %j by its characters', (title, violations) => {
    expect(refusal({ title })).toEqual(violations);
  });
});

describe('InputPipe', () => {
  const pipe = new InputPipe();

  it('checks what has a class, and lets the rest pass', () => {
    expect(pipe.transform({ title: 'a' }, { type: 'body', metatype: Plan })).toBeInstanceOf(Plan);
    expect(pipe.transform('7', { type: 'param', metatype: Number })).toBe('7');
    expect(pipe.transform('7', { type: 'custom', metatype: Plan })).toBe('7');
  });

  it('takes a missing body for an empty one', () => {
    const check = (): unknown => pipe.transform(undefined, { type: 'body', metatype: Plan });

    expect(check).toThrow('title: is required');
  });
});
