import { describe, expect, it } from '@jest/globals';
import { afterAttempt, afterLoss, DEFAULT_RETRY, type RetryPolicy } from './retry-policy.ts';

const FINISHED = new Date('2026-11-24T09:00:00Z');

function after(
  kind: 'succeeded' | 'retry' | 'failed',
  retry: Partial<RetryPolicy>,
  { attempt = 1, afterMs = 0, random = 0.5 } = {},
): [status: string, delayMs: number | null] {
  const policy = { ...DEFAULT_RETRY, ...retry };
  const ended = { kind, attempt, afterMs, finishedAt: FINISHED };
  const { status, wakeAt } = afterAttempt(policy, ended, random);
  return [status, wakeAt && wakeAt.getTime() - FINISHED.getTime()];
}

describe('what follows from the end of an attempt', () => {
  it('is the verdict when it has succeeded, or failed for good', () => {
    expect(after('succeeded', { maxAttempts: 3 })).toEqual(['succeeded', null]);
    expect(after('failed', { maxAttempts: 3 })).toEqual(['failed', null]);
  });

  it('is another attempt as long as the policy allows', () => {
    const retry = { maxAttempts: 3, initialDelayMs: 1_000 };

    expect(after('retry', retry, { attempt: 1 })).toEqual(['queued', 1_000]);
    expect(after('retry', retry, { attempt: 2 })).toEqual(['queued', 2_000]);
    expect(after('retry', retry, { attempt: 3 })).toEqual(['failed', null]);
  });

  it('comes later when the target asks for it, up to the longest delay', () => {
    const retry = { maxAttempts: 2, initialDelayMs: 1_000, maxDelayMs: 5_000 };

    expect(after('retry', retry, { afterMs: 3_000 })).toEqual(['queued', 3_000]);
    expect(after('retry', retry, { afterMs: 500 })).toEqual(['queued', 1_000]);
    expect(after('retry', retry, { afterMs: 60_000 })).toEqual(['queued', 5_000]);
  });

  it('leaves the delay to chance within the jitter', () => {
    const retry = { maxAttempts: 2, initialDelayMs: 1_000, jitter: 0.2 };

    expect(after('retry', retry, { random: 0 })).toEqual(['queued', 800]);
    expect(after('retry', retry, { random: 1 })).toEqual(['queued', 1_200]);
  });
});

describe('what becomes of a run whose worker is lost', () => {
  it.each<[number, Partial<RetryPolicy>, string]>([
    [1, {}, 'queued'],
    [2, {}, 'lost'],
    [3, { maxAttempts: 3 }, 'queued'],
    [4, { maxAttempts: 3 }, 'lost'],
    [1, { maxAttempts: 3, onLost: 'fail' }, 'lost'],
  ])('in attempt %i with %p: %s', (attempt, retry, status) => {
    expect(afterLoss({ ...DEFAULT_RETRY, ...retry }, attempt)).toBe(status);
  });
});
