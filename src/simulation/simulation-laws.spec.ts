import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { simulated } from '../../test/support/course.ts';
import { aCase, aCourse } from '../../test/support/policies.ts';
import { breaches } from '../../test/support/policy-laws.ts';

describe('whatever job is simulated', () => {
  it('keeps what the policies promise', () => {
    fc.assert(
      fc.property(aCase(), aCourse(), (one, course) => {
        expect(breaches(one, course, simulated(one, course))).toEqual([]);
      }),
      { numRuns: 400, seed: 4711 },
    );
  });
});
