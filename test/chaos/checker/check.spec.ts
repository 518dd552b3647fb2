import { describe, expect, it } from '@jest/globals';
import { Story, together } from './a-history.ts';
import { check } from './check.ts';
import {
  aHistory,
  answerOf,
  deliveryOf,
  kindsIn,
  manualOf,
  type Plant,
  remove,
  revisionOf,
  row,
  seconds,
  SKIPPED,
  TOLERANCES,
} from './planted.ts';

describe('a history without a fault', () => {
  it('has no breach', () => {
    const { breaches, totals } = check(aHistory(), TOLERANCES);

    expect(breaches).toEqual([]);
    expect(totals).toMatchObject({ jobs: 5, revisions: 17, answers: 17, deliveries: 54 });
    expect(totals.instants).toBeGreaterThan(60);
  });
});

describe('what is no breach', () => {
  it.each<[string, Plant]>([
    [
      'a start that was claimed before an edit was answered, and told of a moment later',
      (all) => Object.assign(row(all, 1, 12), { revision: 2, started_at: seconds(12.025) }),
    ],
    [
      'another attempt, from a later definition, of what had begun before it',
      (all) => {
        Object.assign(row(all, 1, 12), { attempt: 2, revision: 3, started_at: seconds(13) });
        all.deliveries.push({ ...deliveryOf(all, row(all, 1, 12)), attempt: 2 });
      },
    ],
    [
      'a payload that arrives from before an edit, if it was on its way',
      (all) => (deliveryOf(all, row(all, 1, 12)).arrivedAt = seconds(15.9).getTime()),
    ],
    [
      'a trigger that met another run',
      (all) => {
        remove(all.deliveries, deliveryOf(all, manualOf(all)));
        Object.assign(manualOf(all), { ...SKIPPED, reason: 'overlap' });
      },
    ],
    [
      'a pause that goes on, and is in a range in part',
      (all) => {
        const range = { range_from: seconds(22), range_count: 2, reason: 'paused' };
        all.runs.push({ ...row(all, 5, 20), ...SKIPPED, scheduled_for: seconds(24), ...range });
      },
    ],
    [
      'a run that starts while another one is under way, where that is allowed',
      (all) => {
        revisionOf(all, 1, 1).definition.overlap = 'allow';
        row(all, 1, 2).finished_at = seconds(9);
      },
    ],
    [
      'a change that a bulk operation accounts for',
      (all) => {
        const bulk = { operation: 'bulk pause', revision: null, job: null };
        Object.assign(answerOf(all, 2, 2), bulk);
      },
    ],
  ])('is not found: %s', (_words, plant) => {
    expect(kindsIn(plant)).toEqual([]);
  });
});

describe('the cost', () => {
  it('is that of a sort: a hundred thousand rows are checked in seconds', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      new Story(index + 1, 0.25, { every: 1 }).evidence(1_000),
    );

    const { breaches, totals } = check(together(...many), TOLERANCES);

    expect(breaches).toEqual([]);
    expect(totals.rows).toBeGreaterThan(100_000);
  });

  it('is bounded in what is kept of each kind', () => {
    const evidence = new Story(1, 0.25, { every: 1 }).evidence(1_000);
    evidence.runs = [];
    evidence.deliveries = [];

    const { breaches, counts } = check(evidence, TOLERANCES);

    expect(counts.missing).toBe(1_000);
    expect(breaches.filter(({ kind }) => kind === 'missing')).toHaveLength(20);
  });
});
