import fc from 'fast-check';
import { OVERLAP_POLICIES } from '../../src/schedules/overlap.ts';
import type { Case, Course } from './course.ts';

const START_MS = Date.UTC(2026, 10, 24, 8, 59, 30);
const COURSE_MS = 360_000;

/** Jobs of all kinds, with a handful of runs within the few minutes of a course. */
export function aCase(): fc.Arbitrary<Case> {
  return fc.record({
    name: fc.uuid(),
    job: aDefinition(),
    durations: fc.array(aLength(), { minLength: 1, maxLength: 4 }),
    outcomes: fc.array(fc.constantFrom('succeeded', 'succeeded', 'retry', 'failed'), {
      minLength: 1,
      maxLength: 5,
    }),
  });
}

/** Some minutes, with up to three outages, short and long, close to each other and far between. */
export function aCourse(): fc.Arbitrary<Course> {
  const outage = fc.record({
    pauseMs: fc.oneof(seconds(0, 20), seconds(0, 240)),
    lengthMs: anOutageLength(),
  });
  return fc.array(outage, { maxLength: 3 }).map((plan) => {
    let ms = 0;
    const outages = plan.map(({ pauseMs, lengthMs }) => {
      const from = at(ms + pauseMs);
      ms += pauseMs + lengthMs;
      return { from, to: at(ms) };
    });
    return { from: at(0), to: at(ms + COURSE_MS), outages };
  });
}

function aDefinition(): fc.Arbitrary<Case['job']> {
  const required = fc.record({
    schedule: aSchedule(),
    missed: fc.record({
      policy: fc.constantFrom('skip', 'once', 'all'),
      maxAgeSeconds: fc.constantFrom(60, 300, 86_400),
      maxCount: fc.integer({ min: 1, max: 8 }),
    }),
    overlap: fc.constantFrom(...OVERLAP_POLICIES),
    retry: fc.record({
      maxAttempts: fc.integer({ min: 1, max: 4 }),
      backoff: fc.constantFrom('fixed', 'exponential'),
      initialDelayMs: fc.constantFrom(0, 5_000, 30_000, 60_000),
      maxDelayMs: fc.constantFrom(20_000, 300_000),
      jitter: fc.constant(0),
      onLost: fc.constantFrom('retry', 'fail'),
    }),
  });
  const optional = fc.record(
    {
      maxRuns: fc.integer({ min: 1, max: 6 }),
      spreadSeconds: fc.constantFrom(30, 90),
      startAt: seconds(0, 90).map((ms) => at(ms).toISOString()),
      endAt: seconds(120, 420).map((ms) => at(ms).toISOString()),
      timeoutMs: fc.constantFrom(15_000, 45_000),
    },
    { requiredKeys: [] },
  );
  // Without a key the spread would be drawn, differently in the engine and in the simulation.
  return fc.tuple(fc.uuid(), required, optional).map(([key, must, may]) => {
    const isOnce = must.schedule.startsWith('@at');
    const bounds = isOnce ? { startAt: undefined, endAt: undefined } : {};
    return { key, ...must, ...may, ...bounds };
  });
}

function aSchedule(): fc.Arbitrary<string> {
  const once = seconds(1, 400).map((ms) => `@at ${at(ms).toISOString()}`);
  const rule = fc.constantFrom('* * * * *', '*/30 * * * * *', '0,20 * * * * *', '@every 45s');
  return fc.oneof({ weight: 5, arbitrary: rule }, { weight: 1, arbitrary: once });
}

function aLength(): fc.Arbitrary<number> {
  return fc.oneof(fc.constantFrom(1, 5_000, 20_000, 60_000, 100_000), seconds(1, 150));
}

function anOutageLength(): fc.Arbitrary<number> {
  return fc.oneof(seconds(1, 8), seconds(8, 90), fc.constantFrom(300_000, 1_234_567, 7_200_000));
}

function seconds(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min, max }).map((count) => count * 1_000);
}

function at(ms: number): Date {
  return new Date(START_MS + ms);
}
