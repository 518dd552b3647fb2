import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../common/errors.ts';
import { aJob } from '../../test/support/a-job.ts';
import { JobFactory } from '../scheduler/jobs/job-factory.ts';
import { LogJob } from '../scheduler/jobs/log.job.ts';
import { checkDefinition, newDefinition, patchedDefinition } from './job-definition.ts';
import type { JobDefinition } from './job.ts';
import { DEFAULT_RETRY } from './retry-policy.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const factory = new JobFactory([new LogJob()]);
const minimal = { name: 'a', schedule: '@daily' };

function refusal(definition: JobDefinition, before?: JobDefinition): string[] {
  try {
    const job = aJob({ ...before, createdAt: NOW });
    checkDefinition(definition, factory, { ...job, before: before ? job : null }, NOW);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return error.violations.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe('a new definition', () => {
  it('has the default of everything that was left out', () => {
    expect(newDefinition(minimal)).toEqual({
      name: 'a',
      schedule: '@daily',
      key: null,
      description: null,
      type: 'log',
      payload: null,
      timezone: 'UTC',
      dst: { gap: 'shift', overlap: 'first' },
      startAt: null,
      endAt: null,
      maxRuns: null,
      spreadSeconds: 0,
      calendar: null,
      missed: { policy: 'once', maxAgeSeconds: 86_400, maxCount: 100 },
      overlap: 'skip',
      retry: DEFAULT_RETRY,
      timeoutMs: 30_000,
      priority: 0,
      autoPauseAfter: null,
      onSuccess: [],
      onFailure: [],
      onFinish: [],
      labels: {},
      isActive: true,
    });
  });

  it('fills up what was given in part, and reads instants', () => {
    const definition = newDefinition({
      ...minimal,
      dst: { gap: 'skip' },
      retry: { maxAttempts: 3 },
      startAt: '2026-11-24T10:00:00+01:00',
      endAt: null,
    });

    expect(definition).toMatchObject({
      dst: { gap: 'skip', overlap: 'first' },
      retry: { ...DEFAULT_RETRY, maxAttempts: 3 },
      startAt: NOW,
      endAt: null,
    });
  });

  it('keeps values that are false, empty or zero', () => {
    const falsy = { isActive: false, payload: 0, description: '', retry: { jitter: 0 } };

    expect(newDefinition({ ...minimal, ...falsy })).toMatchObject(falsy);
  });
});

describe('a patched definition', () => {
  const full = newDefinition({
    ...minimal,
    key: 'mine',
    description: 'old',
    payload: { a: 1 },
    dst: { gap: 'skip', overlap: 'both' },
    retry: { maxAttempts: 3, jitter: 0 },
    labels: { a: '1' },
    startAt: '2027-01-01T00:00:00Z',
  });

  it('is the same when the patch is empty', () => {
    expect(patchedDefinition(full, {})).toEqual(full);
  });

  it('clears what is null, and leaves what is not there', () => {
    const patch = { key: null, description: null, payload: null, startAt: null };

    expect(patchedDefinition(full, patch)).toEqual({ ...full, ...patch });
  });

  it('merges dst and retry, and replaces labels', () => {
    const patched = patchedDefinition(full, {
      dst: { gap: 'shift' },
      retry: { jitter: 0.5 },
      labels: { b: '2' },
    });

    expect(patched).toEqual({
      ...full,
      dst: { gap: 'shift', overlap: 'both' },
      retry: { ...DEFAULT_RETRY, maxAttempts: 3, jitter: 0.5 },
      labels: { b: '2' },
    });
  });

  it('replaces the lists of jobs to start that it names', () => {
    const chained = { ...full, onSuccess: [1], onFailure: [2], onFinish: [3] };

    expect(patchedDefinition(chained, { onSuccess: [4, 5], onFinish: [] })).toEqual({
      ...chained,
      onSuccess: [4, 5],
      onFinish: [],
    });
  });

  it('changes nothing in the one that it was made from', () => {
    const before = structuredClone(full);

    patchedDefinition(full, { dst: { gap: 'shift' }, retry: { jitter: 1 }, labels: {}, name: 'b' });

    expect(full).toEqual(before);
  });
});

describe('a definition as a whole', () => {
  const once = newDefinition({ name: 'a', schedule: '@at 2026-11-24T08:00:00Z' });

  it('is right when its parts fit', () => {
    expect(refusal(newDefinition(minimal))).toEqual([]);
  });

  it.each([
    [{ schedule: '61 * * * *' }, 'schedule: minute takes 0 to 59, got 61 (at character 1)'],
    [{ timezone: 'Mars' }, expect.stringMatching(/^timezone: .*Mars/)],
    [{ type: 'teleport' }, 'type: must be one of log'],
    [{ payload: 'a\0' }, expect.stringMatching(/^payload: /)],
    [
      { startAt: '2027-01-02T00:00:00Z', endAt: '2027-01-01T00:00:00Z' },
      'endAt: must not lie before startAt',
    ],
    [{ endAt: '2026-01-01T00:00:00Z' }, expect.stringContaining('schedule: has no instant ahead')],
  ])('is refused for %j', (fields, violation) => {
    expect(refusal(newDefinition({ ...minimal, ...fields }))).toEqual([violation]);
  });

  it('is refused for everything at once', () => {
    const wrong = newDefinition({ name: 'a', schedule: 'x', type: 'teleport' });

    expect(refusal(wrong).map((violation) => violation.split(':')[0])).toEqual([
      'schedule',
      'type',
    ]);
  });

  it('needs an instant ahead when it is active, new, resumed or moved', () => {
    const paused = { ...once, isActive: false };
    const ahead = { ...once, schedule: '@at 2026-11-24T10:00:00Z' };

    expect(refusal(once)).toHaveLength(1);
    expect(refusal(once, paused)).toHaveLength(1);
    expect(refusal(once, ahead)).toHaveLength(1);
    expect(refusal(paused)).toEqual([]);
    expect(refusal(ahead, once)).toEqual([]);
  });

  it('may go on without one when only other things change', () => {
    expect(refusal({ ...once, name: 'b' }, once)).toEqual([]);
  });
});
