import { describe, expect, it } from '@jest/globals';
import { NoFieldsPipe } from './no-fields.ts';

describe('the body of a route that takes no fields', () => {
  const pipe = new NoFieldsPipe();

  it.each([[undefined], [{}]])('may be %j', (body) => {
    expect(() => pipe.transform(body)).not.toThrow();
  });

  it.each([[null], [[]], ['text'], [7], [true]])('must not be %j', (body) => {
    expect(() => pipe.transform(body)).toThrow('body: must be an object');
  });

  it('must not have any', () => {
    expect(() => pipe.transform({ a: 1, 'b\0': 2 })).toThrow(
      'a: is not a known field; b\uFFFD: is not a known field',
    );
  });
});
