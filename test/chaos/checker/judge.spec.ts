import { describe, expect, it } from '@jest/globals';
import { Story, together } from './histories/a-history.ts';
import { judge } from './judge.ts';
import {
  aHistory,
  answerOf,
  begunBefore,
  changeOf,
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
} from './histories/planted.ts';

describe('a history without a fault', () => {
  it('has no breach', () => {
    const { isClean, breaches, counts, totals } = judge(aHistory(), { tolerances: TOLERANCES });

    expect(breaches).toEqual([]);
    expect(isClean).toBe(true);
    expect(counts).toEqual({
      ...{ lost: 0, phantom: 0, doubled: 0, miscounted: 0, early: 0 },
      ...{ open: 0, stale: 0, overlapped: 0, retro: 0 },
    });
    expect(totals).toMatchObject({ jobs: 6, revisions: 19, answers: 18, deliveries: 60 });
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
        begunBefore(row(all, 1, 12), 'retry');
        Object.assign(row(all, 1, 12), { revision: 3, started_at: seconds(13) });
        const delivery = deliveryOf(all, row(all, 1, 12));
        all.deliveries.push({ ...delivery, attempt: 2, bodyHash: 'later', marker: 'third' });
      },
    ],
    [
      'a payload that arrives from before an edit, if it was on its way',
      (all) => (deliveryOf(all, row(all, 1, 12)).arrivedAt = seconds(15.9)),
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
        all.changes = [];
      },
    ],
    [
      'an attempt that has arrived after the one that took its place, if it was lost',
      (all) => {
        begunBefore(row(all, 1, 2), 'lost');
        const delivery = deliveryOf(all, row(all, 1, 2));
        all.deliveries.push({ ...delivery, arrivedAt: delivery.arrivedAt + 1 });
        delivery.attempt = 2;
      },
    ],
    [
      'an attempt that has never arrived, if nobody has answered it',
      (all) => {
        begunBefore(row(all, 1, 2), 'retry', { error: 'No answer' });
        deliveryOf(all, row(all, 1, 2)).attempt = 2;
      },
    ],
    [
      'a run that nobody could deliver, if it was of another type',
      (all) => {
        all.deliveries = [];
        for (const { definition } of all.revisions) definition.type = 'log';
      },
    ],
    [
      'a change of which no client has kept a record, if none has kept any',
      (all) => (all.answers = []),
    ],
    [
      'a plan that was withdrawn',
      (all) => {
        const planned = { from: 'planned', to: null, fence: 0, lease_end: null };
        all.changes.push({ ...changeOf(all, row(all, 1, 2)), ...planned });
      },
    ],
    [
      'a run that was taken away after its lease, and went on elsewhere',
      (all) => {
        const change = changeOf(all, row(all, 1, 2));
        const at = change.at + 20_000;
        const taken = { from: 'running', to: 'queued', fence_before: 1, fence: 2, lease_end: 1 };
        const claim = { from: 'queued', to: 'running', fence_before: 2, fence: 3 };
        const end = { from: 'running', to: 'succeeded', fence_before: 3, fence: 3 };
        all.changes = all.changes.filter(({ job_id }) => job_id !== 1);
        all.changes.push(change, { ...change, ...taken, at });
        const other = { ...change, session: 8, worker: 'other', attempt: 2 };
        all.changes.push({ ...other, ...claim, at }, { ...other, ...end, at });
      },
    ],
    [
      'a pause that the service has begun by itself, where it may',
      (all) => {
        const pause = revisionOf(all, 5, 2);
        Object.assign(pause, { actor: 'scheduler', action: 'paused' });
        pause.definition.autoPauseAfter = 3;
        remove(all.answers, answerOf(all, 5, 2));
      },
    ],
    [
      'a schedule that has ended with the last run that it may have',
      (all) => {
        const own = all.revisions.filter(({ job_id }) => job_id === 6);
        for (const { definition } of own) Object.assign(definition, { endAt: null, maxRuns: 6 });
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

describe('a judgement', () => {
  it('counts breaches under the names of the promises, and says in words what they are', () => {
    const evidence = aHistory();
    remove(evidence.runs, row(evidence, 1, 2));

    const { isClean, counts, kinds, words } = judge(evidence, { tolerances: TOLERANCES });

    expect(isClean).toBe(false);
    expect(counts).toMatchObject({ lost: 1, phantom: 0 });
    expect(kinds).toEqual({ missing: 1, 'delivery without run': 1 });
    expect(words).toContain(
      'missing: job 1 at 2026-11-24T09:00:02.000Z: due by revision 1 (*/2 * * * * *, active)',
    );
  });

  it('leaves out what means nothing in a scenario', () => {
    const evidence = aHistory();
    answerOf(evidence, 1, 2).status = 503;

    const { isClean } = judge(evidence, {
      without: ['server error', 'unexplained revision'],
      tolerances: TOLERANCES,
    });

    expect(isClean).toBe(true);
  });

  it('counts repeats, and holds them against their bound', () => {
    const evidence = aHistory();
    begunBefore(row(evidence, 1, 2), 'lost');
    const delivery = deliveryOf(evidence, row(evidence, 1, 2));
    evidence.deliveries.push({ ...delivery, attempt: 2, arrivedAt: delivery.arrivedAt + 1 });

    expect(judge(evidence)).toMatchObject({ isClean: true, repeats: 1 });
    expect(judge(evidence, { maxRepeats: 1 }).isClean).toBe(true);
    expect(judge(evidence, { maxRepeats: 0 }).kinds).toEqual({ 'too many repeats': 1 });
  });

  it('takes due instants from whoever knows them better', () => {
    const evidence = new Story(1, 0.25).evidence(10);
    for (const { definition } of evidence.revisions) definition.schedule = '0 0 29 2 *';
    evidence.answers = [];
    evidence.dueOverride = new Map([[1, [2, 4, 6, 8, 10, 12, 14].map(seconds)]]);

    expect(judge(evidence).words).toEqual([]);
    evidence.dueOverride = new Map([[1, [2, 4, 8, 9, 10, 12, 14].map(seconds)]]);
    expect(judge(evidence).kinds).toEqual({ phantom: 1, missing: 1 });
  });
});

describe('the cost', () => {
  it('is that of a sort: a hundred thousand rows are checked in seconds', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      new Story(index + 1, 0.25, { every: 1 }).evidence(1_000),
    );

    const { breaches, totals } = judge(together(...many), { tolerances: TOLERANCES });

    expect(breaches).toEqual([]);
    expect(totals.rows).toBeGreaterThan(100_000);
  });

  it('is bounded in what is kept of each kind', () => {
    const evidence = new Story(1, 0.25, { every: 1 }).evidence(1_000);
    evidence.runs = [];
    evidence.deliveries = [];

    const { breaches, kinds } = judge(evidence, { tolerances: TOLERANCES });

    expect(kinds.missing).toBe(1_000);
    expect(breaches.filter(({ kind }) => kind === 'missing')).toHaveLength(20);
  });
});
