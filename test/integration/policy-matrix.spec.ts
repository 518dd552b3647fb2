import { describe, expect, it } from '@jest/globals';
import { disagreements } from '../support/agreement.ts';
import type { Case, Course } from '../support/course.ts';
import '../support/quiet.ts';

const PATIENCE_MS = 180_000;

const time = (text: string) => new Date(`2026-11-24T${text}Z`);
const second = (seconds: number) => seconds * 1_000;

const MISSED = {
  'missed skip': { policy: 'skip' },
  'missed once': { policy: 'once' },
  'missed all, at most 5': { policy: 'all', maxCount: 5 },
  'missed all, up to 4 minutes': { policy: 'all', maxAgeSeconds: 240 },
} as const;

const OVERLAP = {
  'overlap skip': 'skip',
  'overlap allow': 'allow',
  'overlap queue': 'queue',
  'overlap replace': 'replace',
} as const;

const RETRY = {
  'no retry': { maxAttempts: 1, jitter: 0 },
  'two attempts': { maxAttempts: 2, backoff: 'fixed', initialDelayMs: second(5), jitter: 0 },
  'three attempts': { maxAttempts: 3, initialDelayMs: second(10), jitter: 0 },
} as const;

const LENGTH = {
  'short runs': second(20),
  'runs longer than the period': second(90),
  'runs longer than two': second(150),
} as const;

const COURSES: Record<string, Course> = {
  'without an outage': { from: time('08:59:30'), to: time('09:08:00'), outages: [] },
  'with an outage that is shorter than the grace': {
    from: time('08:59:30'),
    to: time('09:08:00'),
    outages: [{ from: time('09:02:57'), to: time('09:03:02') }],
  },
  'with an outage of an hour': {
    from: time('08:59:30'),
    to: time('10:16:00'),
    outages: [{ from: time('09:03:30'), to: time('10:03:30') }],
  },
  'with an outage in the middle of a run': {
    from: time('08:59:30'),
    to: time('09:10:00'),
    outages: [{ from: time('09:02:10'), to: time('09:02:50') }],
  },
};

function cells(): Case[] {
  return Object.entries(MISSED).flatMap(([missedName, missed]) =>
    Object.entries(OVERLAP).flatMap(([overlapName, overlap]) =>
      Object.entries(RETRY).flatMap(([retryName, retry]) =>
        Object.entries(LENGTH).map(([lengthName, length]) => ({
          name: [missedName, overlapName, retryName, lengthName].join(', '),
          job: { schedule: '* * * * *', missed, overlap, retry, timeoutMs: second(600) },
          durations: [length],
          outcomes: OUTCOMES,
        })),
      ),
    ),
  );
}

/** So that runs succeed at once, later, and not at all. */
const OUTCOMES: Case['outcomes'] = ['succeeded', 'retry', 'retry', 'failed', 'retry', 'succeeded'];

describe('the policies, in all combinations', () => {
  it.each(Object.entries(COURSES))(
    'lead to the same ledger in the engine and in a simulation %s',
    async (_, course) => {
      expect(await disagreements(cells(), course)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('are several hundred', () => {
    expect(cells().length * Object.keys(COURSES).length).toBe(576);
  });
});
