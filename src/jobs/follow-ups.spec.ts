import { describe, expect, it } from '@jest/globals';
import {
  type EndedRun,
  type FollowedJob,
  followUpsOf,
  followUpsOfAll,
  type FollowUps,
  MAX_CHAIN_DEPTH,
  type Verdict,
} from './follow-ups.ts';

const NINE = new Date('2026-11-24T09:00:00Z');

function aFollowedJob(fields: Partial<FollowedJob> = {}): FollowedJob {
  return {
    id: 1,
    namespaceId: 1,
    isActive: true,
    autoPauseAfter: null,
    failuresInRow: 0,
    onSuccess: [],
    onFailure: [],
    onFinish: [],
    ...fields,
  };
}

function anEnd(fields: Partial<EndedRun> = {}): EndedRun {
  const run = { jobId: 1, scheduledFor: NINE, ordinal: 0, verdict: 'failed', depth: 0 } as const;
  return { ...run, result: null, ...fields };
}

describe('what follows from the end of a run', () => {
  const listed = { onSuccess: [2, 3], onFailure: [4], onFinish: [3, 5] };

  it.each<[Verdict, number[]]>([
    ['succeeded', [2, 3, 5]],
    ['failed', [4, 3, 5]],
    ['lost', [4, 3, 5]],
  ])('%s starts the jobs of its lists, each of them once', (verdict, start) => {
    expect(followUpsOf(aFollowedJob(listed), verdict).start).toEqual(start);
  });

  it.each<[string, Partial<FollowedJob>, Verdict, Partial<FollowUps>]>([
    ['counts a failure', { failuresInRow: 1 }, 'failed', { failuresInRow: 2, pause: null }],
    ['counts a lost run', { failuresInRow: 0 }, 'lost', { failuresInRow: 1, pause: null }],
    ['forgets them after a success', { failuresInRow: 2 }, 'succeeded', { failuresInRow: 0 }],
    [
      'pauses at the last one allowed',
      { failuresInRow: 2 },
      'failed',
      { failuresInRow: 3, pause: 'auto-paused: 3 failed runs in a row' },
    ],
    [
      'pauses beyond it, when fewer are allowed than were',
      { failuresInRow: 7 },
      'lost',
      { failuresInRow: 8, pause: 'auto-paused: 8 failed runs in a row' },
    ],
    [
      'says it right for a single one',
      { autoPauseAfter: 1 },
      'failed',
      { pause: 'auto-paused: 1 failed run in a row' },
    ],
    [
      'leaves a job that is not active as it is',
      { failuresInRow: 2, isActive: false },
      'failed',
      { failuresInRow: 3, pause: null },
    ],
    [
      'counts nothing for a job that never pauses itself',
      { autoPauseAfter: null, failuresInRow: 2 },
      'failed',
      { failuresInRow: 0, pause: null },
    ],
  ])('%s', (_, fields, verdict, followUps) => {
    const job = aFollowedJob({ autoPauseAfter: 3, ...fields });

    expect(followUpsOf(job, verdict)).toMatchObject(followUps);
  });
});

describe('what follows from the ends of many runs', () => {
  it('counts on from one end to the next, and pauses once', () => {
    const jobs = new Map([[1, aFollowedJob({ autoPauseAfter: 2, failuresInRow: 1 })]]);
    const ended = ['succeeded', 'failed', 'lost', 'failed'] as const;

    const followUps = followUpsOfAll(
      jobs,
      ended.map((verdict) => anEnd({ verdict })),
    );

    expect(followUps.failuresInRow).toEqual(new Map([[1, 3]]));
    expect(followUps.pauses).toEqual(new Map([[1, 'auto-paused: 2 failed runs in a row']]));
  });

  it('tells no count that is what it was', () => {
    const jobs = new Map([[1, aFollowedJob({ autoPauseAfter: 2, failuresInRow: 0 })]]);

    expect(followUpsOfAll(jobs, [anEnd({ verdict: 'succeeded' })]).failuresInRow.size).toBe(0);
  });

  it('starts one run for each end, with that as its cause', () => {
    const jobs = new Map([[1, aFollowedJob({ onFinish: [2] })]]);
    const [first, second] = [anEnd(), anEnd({ ordinal: 1 })];

    expect(followUpsOfAll(jobs, [first, second]).starts).toEqual([
      { jobId: 2, cause: first },
      { jobId: 2, cause: second },
    ]);
  });

  it('starts nothing beyond the last link of a chain, and says so', () => {
    const jobs = new Map([[1, aFollowedJob({ onFailure: [2] })]]);
    const last = anEnd({ depth: MAX_CHAIN_DEPTH });
    const lastButOne = anEnd({ depth: MAX_CHAIN_DEPTH - 1 });

    const { starts, tooDeep } = followUpsOfAll(jobs, [last, lastButOne]);

    expect(starts).toEqual([{ jobId: 2, cause: lastButOne }]);
    expect(tooDeep).toEqual([last]);
  });

  it('does not call a chain too long that has come to its end', () => {
    const jobs = new Map([[1, aFollowedJob({ onSuccess: [2] })]]);

    expect(followUpsOfAll(jobs, [anEnd({ depth: MAX_CHAIN_DEPTH })]).tooDeep).toEqual([]);
  });

  it('is nothing where the job is gone', () => {
    const { failuresInRow, pauses, starts } = followUpsOfAll(new Map(), [anEnd()]);

    expect([failuresInRow.size, pauses.size, starts]).toEqual([0, 0, []]);
  });
});
