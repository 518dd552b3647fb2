import { describe, expect, it } from '@jest/globals';
import { DEFAULT_RETRY, type RetryPolicy } from '../jobs/retry-policy.ts';
import { rescueOf } from './rescuer.ts';

describe('what becomes of a lost run', () => {
  it.each<[string, number, Partial<RetryPolicy>, 'queued' | 'lost']>([
    ['one more than the only attempt', 1, {}, 'queued'],
    ['no second extra attempt', 2, {}, 'lost'],
    ['the attempts that its policy allows anyway', 2, { maxAttempts: 3 }, 'queued'],
    ['one more than those', 3, { maxAttempts: 3 }, 'queued'],
    ['no more than that', 4, { maxAttempts: 3 }, 'lost'],
    ['none, when its owner wants it so', 1, { maxAttempts: 3, onLost: 'fail' }, 'lost'],
  ])('is %s', (_, attempt, policy, status) => {
    const rescue = rescueOf({
      attempt,
      handedBack: 0,
      worker: 'host-1',
      retry: { ...DEFAULT_RETRY, ...policy },
    });

    expect(rescue).toEqual({
      status,
      error: 'The worker host-1 gave no sign of life until the lease ended',
    });
  });

  it('is not decided by attempts that a stopping worker has handed back', () => {
    const run = {
      attempt: 3,
      handedBack: 2,
      worker: 'host-1',
      retry: DEFAULT_RETRY,
    };

    expect(rescueOf(run).status).toBe('queued');
    expect(rescueOf({ ...run, handedBack: 1 }).status).toBe('lost');
  });
});
