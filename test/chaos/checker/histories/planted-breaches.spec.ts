import { describe, expect, it } from '@jest/globals';
import type { BreachKind } from '../breach-kinds.ts';
import type { Delivery, Evidence } from '../evidence.ts';
import { judge } from '../judge.ts';
import {
  aHistory,
  answerOf,
  begunBefore,
  changeOf,
  deliveryOf,
  jobOf,
  kindsIn,
  manualOf,
  type Plant,
  rangeOf,
  remove,
  revisionOf,
  row,
  seconds,
  SKIPPED,
  start,
  TOLERANCES,
} from './planted.ts';

function findsPlanted(kind: BreachKind, _words: string, plant: Plant): void {
  expect(kindsIn(plant)).toContain(kind);
}

describe('a breach of promise 1 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    ['missing', 'a row is gone', (all) => remove(all.runs, row(all, 1, 2))],
    ['missing', 'the last row is gone', (all) => remove(all.runs, row(all, 1, 27.25))],
    ['missing', 'a pause that is over has no range', (all) => remove(all.runs, rangeOf(all, 2))],
    ['missing', 'deletion has ended a pause', (all) => remove(all.runs, rangeOf(all, 3))],
    ['miscounted range', 'a range counts one too many', (all) => (rangeOf(all, 2).range_count = 6)],
    [
      'missing',
      'a range begins too late',
      (all) => Object.assign(rangeOf(all, 2), { range_from: seconds(8), range_count: 5 }),
    ],
    [
      'pause without a range',
      'a pause is called an outage',
      (all) => (rangeOf(all, 2).reason = 'missed'),
    ],
    [
      'pause without a range',
      'an instant of a pause has a row of its own',
      (all) => {
        Object.assign(rangeOf(all, 2), { range_from: seconds(8), range_count: 5 });
        all.runs.push({ ...row(all, 2, 2), scheduled_for: seconds(6) });
      },
    ],
    ['wrong exception', 'what is left out was run', (all) => start(all, row(all, 4, 18))],
    [
      'wrong exception',
      'what is not left out was not run',
      (all) => Object.assign(row(all, 4, 4), { ...SKIPPED, reason: 'exception' }),
    ],
    [
      'removed',
      'a run is gone that was under way',
      (all) => (changeOf(all, row(all, 1, 2), 'succeeded').to = null),
    ],
    ['missing', 'what was added has no row', (all) => remove(all.runs, row(all, 4, 19.5))],
    ['open', 'a run has no verdict', (all) => (row(all, 1, 2).status = 'running')],
    ['open', 'a trigger has no verdict', (all) => (manualOf(all).status = 'queued')],
  ])('is found: %s, since %s', findsPlanted);
});

describe('a breach of promise 2 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    ['doubled', 'a row is there twice', (all) => all.runs.push({ ...row(all, 1, 2) })],
    [
      'doubled',
      'a row stands in a range',
      (all) => all.runs.push({ ...row(all, 2, 2), scheduled_for: seconds(8) }),
    ],
    ['doubled', 'a range is there twice', (all) => all.runs.push({ ...rangeOf(all, 2) })],
    [
      'phantom',
      'a row stands between two instants',
      (all) => (row(all, 1, 4).scheduled_for = seconds(5)),
    ],
    [
      'phantom',
      'a row of the old schedule is left',
      (all) => all.runs.push({ ...row(all, 1, 12), scheduled_for: seconds(14) }),
    ],
    [
      'phantom',
      'a row of the new schedule is there too early',
      (all) => all.runs.push({ ...row(all, 1, 2), scheduled_for: seconds(9) }),
    ],
    [
      'phantom',
      'a row is planned for a deleted job',
      (all) => all.runs.push({ ...row(all, 4, 32), job_id: 3, scheduled_for: seconds(21.25) }),
    ],
    [
      'phantom',
      'a range ends where nothing is due',
      (all) => (rangeOf(all, 2).scheduled_for = seconds(16.5)),
    ],
    [
      'early',
      'a run starts before its instant',
      (all) => (row(all, 1, 2).started_at = seconds(1.99)),
    ],
    [
      'early',
      'its first attempt starts before the instant',
      (all) => {
        const startedAt = new Date(seconds(1.99)).toISOString();
        begunBefore(row(all, 1, 2), 'lost', { startedAt });
      },
    ],
  ])('is found: %s, since %s', findsPlanted);
});

describe('a breach of promise 3 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    [
      'delivered twice',
      'an attempt arrives again',
      (all) => all.deliveries.push({ ...deliveryOf(all, row(all, 1, 2)) }),
    ],
    ['delivery without run', 'nobody knows the run', (all) => remove(all.runs, row(all, 1, 2))],
    [
      'delivery without run',
      'the run has never started',
      (all) => Object.assign(row(all, 1, 2), SKIPPED),
    ],
    [
      'delivery without run',
      'the key names no job',
      (all) => (deliveryOf(all, row(all, 1, 2)).key = 'garbage'),
    ],
    [
      'delivery without run',
      'there were fewer attempts',
      (all) => (deliveryOf(all, row(all, 1, 2)).attempt = 2),
    ],
    [
      'not delivered',
      'nothing has arrived',
      (all) => remove(all.deliveries, deliveryOf(all, row(all, 1, 2))),
    ],
    ['not delivered', 'the last attempt has not arrived', (all) => (row(all, 1, 2).attempt = 2)],
    [
      'wrong instant',
      'a delivery is for another one',
      (all) => (deliveryOf(all, row(all, 1, 2)).dueAt += 1),
    ],
    [
      'attempts out of order',
      'the second comes first',
      (all) => {
        row(all, 1, 2).attempt = 2;
        const delivery = deliveryOf(all, row(all, 1, 2));
        all.deliveries.push({ ...delivery, arrivedAt: delivery.arrivedAt + 1 });
        delivery.attempt = 2;
      },
    ],
    [
      'attempt not delivered',
      'the ledger has an answer to what has never arrived',
      (all) => {
        begunBefore(row(all, 1, 2), 'retry');
        deliveryOf(all, row(all, 1, 2)).attempt = 2;
      },
    ],
    [
      'unexplained repeat',
      'there was no reason for another attempt',
      (all) => {
        row(all, 1, 2).attempt = 2;
        all.deliveries.push({ ...deliveryOf(all, row(all, 1, 2)), attempt: 2 });
      },
    ],
    [
      'unexplained repeat',
      'the attempt before it was a success',
      (all) => {
        begunBefore(row(all, 1, 2), 'succeeded');
        all.deliveries.push({ ...deliveryOf(all, row(all, 1, 2)), attempt: 2 });
      },
    ],
    [
      'foreign key',
      'the key of one job comes from another',
      (all) => (deliveryOf(all, row(all, 1, 2)).jobId = 2),
    ],
    ['changed body', 'attempts differ', (all) => repeat(all, { bodyHash: 'another' })],
    ['changed message', 'attempts differ', (all) => repeat(all, { messageId: 'another' })],
  ])('is found: %s, since %s', findsPlanted);
});

/** Has a run arrive a second time, for good reason. */
function repeat(all: Evidence, fields: Partial<Delivery>): void {
  begunBefore(row(all, 1, 2), 'retry');
  all.deliveries.push({ ...deliveryOf(all, row(all, 1, 2)), attempt: 2, ...fields });
}

describe('a breach of promise 4 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    [
      'change after the lease',
      'a run ends when its lease is over',
      (all) => (changeOf(all, row(all, 1, 2), 'succeeded').at = seconds(7.1)),
    ],
    [
      'change after the lease',
      'a lease is renewed when it is over',
      (all) => {
        const renewal = { from: 'running', fence_before: 1, lease_end: seconds(3) };
        all.changes.push({ ...changeOf(all, row(all, 1, 2)), ...renewal, at: seconds(3.1) });
      },
    ],
    [
      'change by another worker',
      'a run is ended by one that does not hold it',
      (all) => {
        const claim = { worker: 'other', session: 8 };
        Object.assign(changeOf(all, row(all, 1, 4)), claim);
        changeOf(all, row(all, 1, 2), 'succeeded').session = 8;
      },
    ],
    [
      'changed verdict',
      'a run is run once more',
      (all) => (changeOf(all, row(all, 1, 2)).from = 'failed'),
    ],
    [
      'impossible change',
      'a run ends that was never started',
      (all) => (changeOf(all, row(all, 1, 2)).to = 'succeeded'),
    ],
    [
      'impossible change',
      'a fencing number is given back',
      (all) => (changeOf(all, row(all, 1, 2), 'succeeded').fence = 0),
    ],
  ])('is found: %s, since %s', findsPlanted);
});

describe('a breach of promise 5 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    [
      'old definition',
      'a run starts from it after the answer to an edit',
      (all) => Object.assign(row(all, 1, 8), { revision: 1, started_at: seconds(8.01) }),
    ],
    [
      'old definition',
      'a run starts after the answer to a deletion',
      (all) => Object.assign(manualOf(all), { job_id: 3, revision: 2, started_at: seconds(20.95) }),
    ],
    [
      'old definition',
      'a run starts after the answer to a bulk operation',
      (all) => {
        for (const answer of all.answers.filter(({ revision }) => revision === 2)) {
          Object.assign(answer, { operation: 'bulk pause', revision: null, job: null });
        }
        row(all, 2, 4).started_at = seconds(5.35);
      },
    ],
    ['started in a pause', 'a run has the revision of one', (all) => (row(all, 2, 4).revision = 2)],
    [
      'past',
      'an instant from before a new schedule is run from it',
      (all) => Object.assign(row(all, 1, 12), { revision: 3, started_at: seconds(12.03) }),
    ],
    [
      'past',
      'an instant from before a pause is run after it',
      (all) => Object.assign(row(all, 2, 4), { revision: 4, started_at: seconds(16.01) }),
    ],
    [
      'old payload',
      'a payload arrives when another one has long been known',
      (all) => (deliveryOf(all, row(all, 1, 8)).marker = 'first'),
    ],
    [
      'old payload',
      'something arrives long after the deletion',
      (all) => (deliveryOf(all, row(all, 3, 10.25)).arrivedAt = seconds(12)),
    ],
    [
      'unknown payload',
      'nobody has ever set it',
      (all) => (deliveryOf(all, row(all, 1, 8)).marker = 'foreign'),
    ],
    [
      'unknown payload',
      'it was only ever that of a paused job',
      (all) => {
        for (const revision of [4, 6]) revisionOf(all, 2, revision).definition.marker = 'third';
        deliveryOf(all, row(all, 2, 18)).marker = 'second';
      },
    ],
    ['lost trigger', 'its run is not there', (all) => remove(all.runs, manualOf(all))],
    [
      'lost trigger',
      'its run was skipped without need',
      (all) => Object.assign(manualOf(all), { ...SKIPPED, reason: 'missed' }),
    ],
    [
      'lost trigger',
      'a bulk operation has left no run',
      (all) => {
        const trigger = all.answers.find(({ runId }) => runId !== null);
        Object.assign(trigger as object, { operation: 'bulk trigger', runId: null });
        remove(all.runs, manualOf(all));
      },
    ],
    [
      'unasked trigger',
      'a run by hand is one too many',
      (all) => all.runs.push({ ...manualOf(all), ordinal: 2 }),
    ],
  ])('is found: %s, since %s', findsPlanted);
});

describe('a breach of promise 6 that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    ['dead schedule', 'there is no next instant', (all) => (jobOf(all, 1).next_run = null)],
    ['dead schedule', 'an active job is no longer so', (all) => (jobOf(all, 1).is_active = false)],
    [
      'dead schedule',
      'the latest row is old',
      (all) => {
        all.runs = all.runs.filter((run) => run.job_id !== 1 || run.scheduled_for < seconds(23));
      },
    ],
    [
      'wrong next instant',
      'an instant was passed over',
      (all) => (jobOf(all, 1).next_run = seconds(39.25)),
    ],
    [
      'dead schedule',
      'it was ended before its last instant',
      (all) => {
        for (const { job_id, definition } of all.revisions) {
          if (job_id === 6) definition.endAt = new Date(seconds(14)).toISOString();
        }
      },
    ],
    [
      'endless pause',
      'a pause goes on after its end',
      (all) => {
        remove(all.revisions, revisionOf(all, 2, 6));
        jobOf(all, 2).is_active = false;
      },
    ],
  ])('is found: %s, since %s', findsPlanted);
});

describe('a breach of the policy of a job that is planted', () => {
  it.each<[BreachKind, string, Plant]>([
    [
      'overlapping',
      'a run starts while another one is under way',
      (all) => (changeOf(all, row(all, 1, 4)).at = seconds(2.05)),
    ],
    [
      'overlapping',
      'a run starts while another one waits for its next attempt',
      (all) => (changeOf(all, row(all, 1, 2), 'succeeded').to = 'queued'),
    ],
    [
      'overlapping',
      'a run starts by hand while another one is under way',
      (all) => remove(all.changes, changeOf(all, row(all, 1, 8), 'succeeded')),
    ],
    [
      'queue too long',
      'two runs wait for a third',
      (all) => {
        for (const { definition } of all.revisions) definition.overlap = 'queue';
        const held = { to: 'queued', attempt: 0, at: seconds(2.05) };
        const starts = [4, 6].map((second) => changeOf(all, row(all, 1, second)));
        all.changes.push(...starts.map((change) => ({ ...change, ...held })));
      },
    ],
  ])('is found by what the database has seen: %s, since %s', (kind, _words, plant) => {
    const evidence = aHistory();
    plant(evidence);
    evidence.changes.sort((one, other) => one.at - other.at);

    expect(judge(evidence, { tolerances: TOLERANCES }).kinds).toHaveProperty([kind]);
  });

  it.each<[BreachKind, string, Plant]>([
    [
      'overlapping',
      'a run starts while another one is under way',
      (all) => (row(all, 1, 2).finished_at = seconds(4.1)),
    ],
    [
      'overlapping',
      'a run starts while another one waits for its next attempt',
      (all) => {
        begunBefore(row(all, 1, 2), 'retry');
        Object.assign(row(all, 1, 2), { started_at: seconds(9), finished_at: seconds(9.01) });
      },
    ],
    [
      'overlapping',
      'a run goes on for ever, and others start',
      (all) => (row(all, 1, 2).finished_at = null),
    ],
  ])('is found by the ledger alone: %s, since %s', (kind, words, plant) => {
    findsPlanted(kind, words, (all) => {
      all.changes = [];
      plant(all);
    });
  });
});

describe('what the service says of itself, tampered with', () => {
  it.each<[BreachKind, string, Plant]>([
    ['server error', 'a request has failed', (all) => (answerOf(all, 1, 2).status = 503)],
    ['contradiction', 'a revision is gone', (all) => remove(all.revisions, revisionOf(all, 1, 2))],
    ['contradiction', 'a job is gone', (all) => remove(all.jobs, jobOf(all, 1))],
    [
      'contradiction',
      'an answer shows another schedule',
      (all) => Object.assign(answerOf(all, 1, 3).job as object, { schedule: '*/4 * * * * *' }),
    ],
    [
      'contradiction',
      'a run is from a revision that there is none',
      (all) => (row(all, 1, 2).revision = 99),
    ],
    [
      'unexplained revision',
      'nobody has asked for a change',
      (all) => remove(all.answers, answerOf(all, 1, 2)),
    ],
    [
      'unexplained revision',
      'the service has paused a job by itself',
      (all) => {
        Object.assign(revisionOf(all, 5, 2), { actor: 'scheduler', action: 'paused' });
        remove(all.answers, answerOf(all, 5, 2));
      },
    ],
    [
      'unexplained revision',
      'a pause has ended before its time',
      (all) => (revisionOf(all, 2, 6).at = seconds(23.9)),
    ],
    [
      'misdated',
      'a change is dated after its answer',
      (all) => (revisionOf(all, 1, 2).at = seconds(7.9)),
    ],
    [
      'misdated',
      'a change is dated before its request',
      (all) => (revisionOf(all, 1, 2).at = seconds(6.9)),
    ],
    [
      'misdated',
      'a change is dated before the one that it follows',
      (all) => (revisionOf(all, 1, 3).at = seconds(7.3)),
    ],
    [
      'stale answer',
      'an answer does not know of one before it',
      (all) => (answerOf(all, 1, 4).revision = 2),
    ],
  ])('is found: %s, since %s', findsPlanted);
});
