import { describe, expect, it } from '@jest/globals';
import { Attempt } from './attempt.ts';
import { InFlight } from './in-flight.ts';
import type { ClaimedRun } from './judge-claims.ts';

const DUE = new Date('2026-11-24T09:00:00Z');

function anAttempt(fields: Partial<ClaimedRun> = {}): Attempt {
  const run = { jobId: 7, scheduledFor: DUE, ordinal: 0, ...fields } as ClaimedRun;
  return new Attempt(run, DUE, new Date(DUE.getTime() + 30_000));
}

describe('attempts under way', () => {
  it('are ended by the id of their run, and no others of the job', () => {
    const inFlight = new InFlight();
    const [one, other] = [anAttempt(), anAttempt({ ordinal: 1 })];
    inFlight.add(one);
    inFlight.add(other);

    inFlight.cancel(`7-${DUE.getTime()}`);

    expect([one.abortReason, other.abortReason]).toEqual(['cancelled', undefined]);
  });

  it('are ended also when the news came before they began', () => {
    const inFlight = new InFlight();
    const [run, job, neither] = [anAttempt(), anAttempt({ jobId: 8 }), anAttempt({ jobId: 9 })];
    inFlight.cancel(`7-${DUE.getTime()}`);
    inFlight.cancel('8');

    for (const attempt of [run, job, neither]) inFlight.add(attempt);

    expect([run, job, neither].map(({ abortReason }) => abortReason)).toEqual([
      'cancelled',
      'cancelled',
      undefined,
    ]);
  });
});
