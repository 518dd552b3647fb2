import { describe, expect, it } from '@jest/globals';
import { stepsOf } from '../../test/support/steps.ts';
import {
  type Chained,
  chainLength,
  chainViolations,
  type JobGraph,
  MAX_CHAIN_JOBS,
  targetsOf,
  tooLongChain,
} from './chains.ts';

function aChained(fields: Partial<Chained> = {}): Chained {
  return { id: 7, onSuccess: [], onFailure: [], onFinish: [], ...fields };
}

/** `graph([8, 9], [9])`: job 8 starts job 9, which starts none. */
function graph(...jobs: [number, ...number[]][]): JobGraph {
  return new Map(jobs.map(([id, ...targets]) => [id, targets]));
}

function said(job: Chained, jobs: JobGraph): string[] {
  return chainViolations(job, jobs).map(({ path, message }) => `${path}: ${message}`);
}

describe('the jobs that a job starts', () => {
  it('are those of its three lists, each once', () => {
    const job = aChained({ onSuccess: [3, 1], onFailure: [1], onFinish: [2, 3] });

    expect(targetsOf(job)).toEqual([3, 1, 2]);
  });

  it('may be anything that does not lead back', () => {
    const job = aChained({ onSuccess: [8, 9], onFailure: [9], onFinish: [8] });

    expect(said(job, graph([8, 9, 10], [9, 10], [10]))).toEqual([]);
  });

  it('must exist, and not be the job itself', () => {
    const job = aChained({ onSuccess: [8, 99], onFinish: [7] });

    expect(said(job, graph([7], [8]))).toEqual([
      'onSuccess.1: must be the id or the key of a job; none has the id 99',
      'onFinish.0: must not be the job itself',
    ]);
  });

  it.each<[string, Partial<Chained>, JobGraph, string]>([
    [
      'at once',
      { onSuccess: [9] },
      graph([9, 7], [7]),
      'onSuccess: leads back to this job: 7 -> 9 -> 7',
    ],
    [
      'over others',
      { onFailure: [8] },
      graph([8, 10, 9], [9, 11], [10], [11, 7], [7]),
      'onFailure: leads back to this job: 7 -> 8 -> 9 -> 11 -> 7',
    ],
    [
      'by the shortest of many ways',
      { onSuccess: [8], onFinish: [9] },
      graph([8, 10], [10, 9], [9, 7], [7]),
      'onFinish: leads back to this job: 7 -> 9 -> 7',
    ],
    [
      'also by what it starts until now',
      { onFinish: [9] },
      graph([9, 7], [7, 8], [8]),
      'onFinish: leads back to this job: 7 -> 9 -> 7',
    ],
  ])('must not lead back to it %s', (_, lists, jobs, violation) => {
    expect(said(aChained(lists), jobs)).toEqual([violation]);
  });

  it('cannot lead back to a job that is new', () => {
    const job = aChained({ id: undefined, onSuccess: [9] });

    expect(said(job, graph([9]))).toEqual([]);
  });

  it('are followed round a circle that others have made no more than once', () => {
    const job = aChained({ onSuccess: [8] });

    expect(said(job, graph([8, 9], [9, 8]))).toEqual([]);
    expect(chainLength(job, graph([8, 9], [9, 8]))).toBe(11);
  });

  it('must not lead to more than a thousand', () => {
    const job = aChained({ onSuccess: [1_001], onFinish: [1_000] });
    const jobs = (count: number) =>
      graph(
        [1_000, ...range(count - 2).map((n) => n + 2_000)],
        [1_001],
        ...range(count - 2).map((n): [number] => [n + 2_000]),
      );

    expect(said(job, jobs(MAX_CHAIN_JOBS))).toEqual([]);
    expect(said(job, jobs(MAX_CHAIN_JOBS + 1))).toEqual([
      'onFinish: must not lead to more than 1000 jobs',
    ]);
  });

  it('are looked at once each, however many ways lead to them', () => {
    // Ten layers of a hundred jobs, of which each starts thirty of the next: 30^9 ways.
    const layers = range(1_000).map((id): [number, ...number[]] => {
      const next = 100 * (Math.floor(id / 100) + 1);
      return next === 1_000
        ? [10_000 + id]
        : [10_000 + id, ...range(30).map((n) => 10_000 + next + ((id + n) % 100))];
    });
    const job = aChained({ onSuccess: range(10).map((n) => 10_000 + n) });

    const jobs = graph(...layers);

    const steps = stepsOf([Map, Set], () => {
      chainViolations(job, jobs);
      chainLength(job, jobs);
    });

    expect(steps).toBeLessThan(100_000);
  });
});

describe('the length of a chain', () => {
  it.each<[number, number[], JobGraph]>([
    [1, [], graph()],
    [2, [8, 9], graph([8], [9])],
    [4, [8, 10], graph([8, 9], [9, 10], [10])],
    [11, [1], graph(...range(20).map((id): [number, number] => [id, id + 1]))],
  ])('is %p jobs in a row', (length, onFailure, jobs) => {
    expect(chainLength(aChained({ onFailure }), jobs)).toBe(length);
  });

  it('is blamed on the list with the longest', () => {
    const job = aChained({ onSuccess: [9], onFailure: [8], onFinish: [10] });

    expect(tooLongChain(job, graph([8, 9], [9, 10], [10]))).toEqual({
      path: 'onFailure',
      message: 'must not make more than 10 jobs in a row',
    });
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
