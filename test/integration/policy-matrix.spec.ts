import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { disagreements } from '../support/agreement.ts';
import type { Case, Course } from '../support/course.ts';
import { aCase, aCourse } from '../support/policies.ts';
import '../support/quiet.ts';

const PATIENCE_MS = 180_000;

const time = (text: string) => new Date(`2026-11-24T${text}Z`);
const seconds = (count: number) => count * 1_000;

const MISSED = {
  'missed skip': { policy: 'skip' },
  'missed once': { policy: 'once' },
  'missed all, at most 3': { policy: 'all', maxCount: 3 },
  'missed all, up to 2 minutes': { policy: 'all', maxAgeSeconds: 120 },
} as const;

const OVERLAP = {
  'overlap skip': 'skip',
  'overlap allow': 'allow',
  'overlap queue': 'queue',
  'overlap replace': 'replace',
} as const;

const RETRY = {
  'no retry': { maxAttempts: 1, jitter: 0 },
  'two attempts': { maxAttempts: 2, backoff: 'fixed', initialDelayMs: seconds(5), jitter: 0 },
  'three attempts': { maxAttempts: 3, initialDelayMs: seconds(10), jitter: 0 },
} as const;

const LENGTH = {
  'short runs': seconds(20),
  'runs longer than the period': seconds(90),
  'runs longer than two': seconds(150),
} as const;

/** So that runs succeed at once, later, and not at all. */
const OUTCOMES: Case['outcomes'] = ['succeeded', 'retry', 'retry', 'failed', 'retry', 'succeeded'];

/** The second one comes before the leases of what the first one has cut short have ended. */
const HICCUPS = [
  { from: time('09:01:10'), to: time('09:01:16.500') },
  { from: time('09:01:20'), to: time('09:01:24') },
];
const OF_AN_HOUR = { from: time('09:03:30'), to: time('10:03:30') };

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
    outages: [OF_AN_HOUR],
  },
  'with an outage in the middle of a run': {
    from: time('08:59:30'),
    to: time('09:10:00'),
    outages: [{ from: time('09:02:10'), to: time('09:02:50') }],
  },
};

const CELLS: Case[] = Object.entries(MISSED).flatMap(([missedName, missed]) =>
  Object.entries(OVERLAP).flatMap(([overlapName, overlap]) =>
    Object.entries(RETRY).flatMap(([retryName, retry]) =>
      Object.entries(LENGTH).map(([lengthName, length]) => ({
        name: [missedName, overlapName, retryName, lengthName].join(', '),
        job: { schedule: '* * * * *', missed, overlap, retry, timeoutMs: seconds(600) },
        durations: [length],
        outcomes: OUTCOMES,
      })),
    ),
  ),
);

/** What the matrix leaves out, each with every overlap policy. */
const OTHERS: Case[] = Object.entries(OVERLAP).flatMap(([overlapName, overlap]) => {
  const all = { policy: 'all', maxCount: 7 } as const;
  const other = (name: string, job: Partial<Case['job']>, lengths = [20, 50, 35]): Case => ({
    name: `${name}, ${overlapName}`,
    job: { schedule: '* * * * *', overlap, timeoutMs: seconds(600), missed: all, ...job },
    durations: lengths.map(seconds),
    outcomes: ['succeeded', 'succeeded', 'retry'],
  });
  return [
    other('many to catch up with', {}),
    other('a limit of starts', { maxRuns: 3 }),
    other('a limit of starts that is reached by catching up', { maxRuns: 9 }),
    other('a limit of starts and long runs', { maxRuns: 6 }, [90]),
    other('a spread', { key: `spread-${overlap}`, spreadSeconds: 50 }),
    other('a spread longer than the period', { key: `wide-${overlap}`, spreadSeconds: 600 }, [90]),
    other('a single instant', { schedule: '@at 2026-11-24T09:02:00Z' }),
    other('a single instant that is missed', { schedule: '@at 2026-11-24T09:30:00Z' }),
    other('a single instant that nobody wants', {
      schedule: '@at 2026-11-24T09:30:00Z',
      missed: { policy: 'skip' },
    }),
    other('an interval', { schedule: '@every 45s', missed: { policy: 'once' } }, [70]),
    other('an end within the outage', { endAt: '2026-11-24T09:40:00Z' }),
    other('no second try after a loss', { retry: { onLost: 'fail' } }, [50, 90]),
    other('no second try of what others wait for', { retry: { onLost: 'fail' } }, [150]),
    other(
      'hiccups, one longer than the grace',
      {
        schedule: '* * * * * *',
        startAt: '2026-11-24T09:01:00Z',
        endAt: '2026-11-24T09:01:30Z',
        missed: { policy: 'once' },
      },
      [0.7, 3.2],
    ),
    other('runs that take too long', { timeoutMs: seconds(40), retry: { maxAttempts: 2 } }),
  ].map((one) => ({ ...one, job: { ...one.job, retry: { ...one.job.retry, jitter: 0 } } }));
});

describe('the policies, in all combinations', () => {
  it.each(Object.entries(COURSES))(
    'lead to the same ledger in the engine and in a simulation, %s',
    async (_, course) => {
      expect(await disagreements(CELLS, course)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('are several hundred', () => {
    expect(CELLS.length * Object.keys(COURSES).length).toBe(576);
  });

  it(
    'do so also with limits, spreads, single instants, intervals and losses',
    async () => {
      const course = {
        from: time('08:59:30'),
        to: time('10:20:00'),
        outages: [...HICCUPS, OF_AN_HOUR],
      };

      expect(await disagreements(OTHERS, course)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'do so for any jobs and any outages',
    async () => {
      const property = fc.asyncProperty(
        aCourse(),
        fc.array(aCase(), { minLength: 12, maxLength: 12 }),
        async (course, cases) => {
          expect(await disagreements(cases, course)).toEqual([]);
        },
      );

      await fc.assert(property, {
        numRuns: Number(process.env.NUM_RUNS ?? 4),
        seed: Number(process.env.SEED ?? 4711),
        endOnFailure: true,
      });
    },
    PATIENCE_MS,
  );
});
