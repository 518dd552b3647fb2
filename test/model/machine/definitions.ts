import fc from 'fast-check';
import type { CreateJobDto } from '../../../src/jobs/dto/create-job.dto.ts';
import type { Definition } from './state.ts';

const FIELDS = {
  period: fc.constantFrom(3_000, 7_000, 20_000),
  end: fc.constantFrom(null, null, null, 10_000, 45_000),
  overlap: fc.constantFrom('skip', 'allow', 'queue', 'replace'),
  missed: fc.record({
    policy: fc.constantFrom('skip', 'once', 'all'),
    maxAge: fc.constantFrom(10_000, 86_400_000),
    maxCount: fc.constantFrom(1, 2, 4),
  }),
  retry: fc.record({
    maxAttempts: fc.constantFrom(1, 2, 3),
    delay: fc.constantFrom(0, 1_000, 4_000),
    grows: fc.boolean(),
    onLost: fc.constantFrom('retry', 'fail'),
  }),
  priority: fc.constantFrom(0, 0, -1, 1),
  maxRuns: fc.constantFrom(null, null, 1, 3),
  autoPauseAfter: fc.constantFrom(null, null, 1, 2),
  payload: fc.nat(99),
};

/** Jobs that are due every few seconds. */
export function aDefinition(): fc.Arbitrary<Definition> {
  return fc.record(FIELDS);
}

/** An edit of one field. */
export function aPatch(): fc.Arbitrary<Partial<Definition>> {
  const patches = Object.entries(FIELDS).map(([field, values]) =>
    fc.record({ [field]: values as fc.Arbitrary<unknown> }),
  );
  return fc.oneof(...patches);
}

/** The same in the words of the API. */
export function inputOf(
  { period, end, missed, retry, payload, ...same }: Partial<Definition>,
  createdAt: number,
): Partial<CreateJobDto> {
  return {
    ...same,
    ...(period === undefined ? {} : { schedule: `@every ${period / 1_000}s` }),
    ...(end === undefined ? {} : { endAt: end === null ? null : isoTime(createdAt + end) }),
    ...(missed && { missed: missedOf(missed) }),
    ...(retry && { retry: retryOf(retry) }),
    ...(payload === undefined ? {} : { payload: { n: payload } }),
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function missedOf({ policy, maxAge, maxCount }: Definition['missed']): CreateJobDto['missed'] {
  return { policy, maxAgeSeconds: maxAge / 1_000, maxCount };
}

function retryOf({
  maxAttempts,
  delay,
  grows,
  onLost,
}: Definition['retry']): CreateJobDto['retry'] {
  const backoff = grows ? 'exponential' : 'fixed';
  return { maxAttempts, backoff, initialDelayMs: delay, maxDelayMs: 60_000, jitter: 0, onLost };
}
