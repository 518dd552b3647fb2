import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../common/errors.ts';
import { type ChainReferences, keysIn, withIds } from './chain-references.ts';

const IDS = new Map([
  ['report', 8],
  ['42', 9],
]);

function refusal(references: ChainReferences): string[] {
  try {
    withIds(references, IDS);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return error.violations.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('jobs that are named by id or by key', () => {
  it('are asked for by their keys only', () => {
    expect(keysIn({ onSuccess: [42, 'report'], onFinish: ['42', 'report'] })).toEqual([
      'report',
      '42',
      'report',
    ]);
  });

  it('are kept as ids; a key may look like one', () => {
    const input = { name: 'a', onSuccess: [42, 'report', '42'], onFailure: [] };

    expect(withIds(input, IDS)).toEqual({ name: 'a', onSuccess: [42, 8, 9], onFailure: [] });
  });

  it('stay as they are in lists that are left out', () => {
    expect(withIds({ onFailure: undefined }, IDS)).not.toHaveProperty('onSuccess');
  });

  it('are refused where nobody has the key, and where one is named twice', () => {
    expect(refusal({ onSuccess: [1, 'gone'], onFinish: [8, 5, 'report'] })).toEqual([
      'onSuccess.1: must be the id or the key of a job; none has the key gone',
      'onFinish.2: names the same job as onFinish.0',
    ]);
  });

  it('may stand in several lists', () => {
    expect(refusal({ onSuccess: ['report'], onFailure: [8] })).toEqual([]);
  });
});
