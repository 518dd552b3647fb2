import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RevisionMismatchError } from './job-errors.ts';
import { entityTag, requireMatch } from './precondition.ts';

const job = { revision: 12 };

describe('If-Match', () => {
  it.each([
    undefined,
    '*',
    ' * ',
    '"12"',
    ' "12" ',
    '"1", "12"',
    '"12","13"',
    'W/"12", "12"',
    'x, "12"',
  ])('lets %j pass', (ifMatch) => {
    expect(() => requireMatch(ifMatch, job)).not.toThrow();
  });

  it.each([
    '',
    ' ',
    '12',
    '"1"',
    '"13"',
    '"012"',
    '"12',
    '12"',
    '"12" "13"',
    'W/"12"',
    '"*"',
    '"1,2"',
    '"99999999999"',
  ])('stops at %j', (ifMatch) => {
    expect(() => requireMatch(ifMatch, job)).toThrow(RevisionMismatchError);
    expect(() => requireMatch(ifMatch, job)).toThrow('revision "12"');
  });

  it('takes back the tag that was given out, and no other', () => {
    const revisions = fc.integer({ min: 1, max: 2_147_483_647 });

    fc.assert(
      fc.property(revisions, revisions, (revision, other) => {
        expect(() => requireMatch(entityTag({ revision }), { revision })).not.toThrow();
        fc.pre(revision !== other);
        expect(() => requireMatch(entityTag({ revision }), { revision: other })).toThrow();
      }),
    );
  });

  it('passes or stops, whatever it says', () => {
    fc.assert(
      fc.property(fc.string(), (ifMatch) => {
        try {
          requireMatch(ifMatch, job);
        } catch (error) {
          expect(error).toBeInstanceOf(RevisionMismatchError);
        }
      }),
    );
  });
});
