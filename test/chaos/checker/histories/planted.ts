import { Story, START, together, WORKER } from './a-history.ts';
import { judge } from '../judge.ts';
import {
  type Answer,
  type Delivery,
  type Evidence,
  type JobRow,
  keyOf,
  type ObservedChange,
  type PastAttempt,
  type RevisionRow,
  type RunRow,
  type Tolerances,
} from '../evidence.ts';
import type { BreachKind } from '../breach-kinds.ts';

export const TOLERANCES: Tolerances = { clockMs: 2, lagMs: 50, startMs: 10, deliveryMs: 500 };

/** Instants of exceptions. */
const LEFT_OUT = new Date(START + 18_000).toISOString();
const ADDED = new Date(START + 19_500).toISOString();

/** One job of each fate: edited, paused twice, deleted, excepted; each is due every few seconds. */
export function aHistory(): Evidence {
  const edited = new Story(1, 0.25)
    .change(7.4, { marker: 'second' })
    .trigger(9.1)
    .change(12.0, { every: 3 })
    .change(15.5, { form: 'interval', marker: 'third' });
  const paused = new Story(2, 0.25)
    .change(5.3, { isActive: false })
    .change(8.7, { marker: 'second' })
    .change(16.0, { isActive: true })
    .change(20.1, { isActive: false, pausedUntil: 24 })
    .change(24, { isActive: true, operation: 'end of pause' });
  const deleted = new Story(3, 0.25, { form: 'interval', every: 1 })
    .change(10.6, { isActive: false })
    .change(20.9, { isDeleted: true, operation: 'delete' });
  const excepted = new Story(4, 0.25).change(15.3, {
    operation: 'exception',
    exceptions: [
      { action: 'skip', at: LEFT_OUT, to: null },
      { action: 'add', at: ADDED, to: null },
    ],
  });
  const stillPaused = new Story(5, 0.25).change(20.2, { isActive: false });
  const ended = new Story(6, 0.25, { endAt: 12 }).change(12.02, {
    isActive: false,
    operation: 'end',
  });
  return together(
    ...[edited, paused, deleted, excepted, stillPaused, ended].map((story) => story.evidence(30)),
  );
}

/** Puts a breach into a history. */
export type Plant = (evidence: Evidence) => void;

/** What a row without a start has. */
export const SKIPPED = { status: 'skipped', attempt: 0, revision: null, started_at: null };

/** The kinds of breaches in a history that was tampered with. */
export function kindsIn(plant: Plant): BreachKind[] {
  const evidence = aHistory();
  plant(evidence);
  return Object.keys(judge(evidence, { tolerances: TOLERANCES }).kinds) as BreachKind[];
}

/** The row of a job at an instant, in seconds after the start. */
export function row({ runs }: Evidence, jobId: number, second: number): RunRow {
  const found = runs.find(
    ({ job_id, scheduled_for }) => job_id === jobId && scheduled_for === START + second * 1_000,
  );
  if (!found) throw new Error(`Job ${jobId} has no row at ${second}`);
  return found;
}

export function remove<T>(list: T[], item: T): void {
  list.splice(list.indexOf(item), 1);
}

export function seconds(second: number): number {
  return START + second * 1_000;
}

/** Has a row been run, by the last revision of its job. */
export function start(evidence: Evidence, run: RunRow): void {
  const { revision } = evidence.revisions.findLast(({ job_id }) => job_id === run.job_id) ?? {};
  Object.assign(run, { status: 'failed', attempt: 1, revision, started_at: run.scheduled_for });
}

export function manualOf({ runs }: Evidence): RunRow {
  return runs.find(({ trigger }) => trigger === 'manual') as RunRow;
}

export function deliveryOf({ deliveries }: Evidence, run: RunRow): Delivery {
  return deliveries.find(({ key }) => key === keyOf(run)) as Delivery;
}

/** Of the changes that the database has seen of a run, its start; or the one with this result. */
export function changeOf({ changes }: Evidence, run: RunRow, to = 'running'): ObservedChange {
  return changes.find(
    (change) => keyOf(change) === keyOf(run) && change.to === to,
  ) as ObservedChange;
}

/** Lets a run have had an attempt before, which ended like this. */
export function begunBefore(
  run: RunRow,
  outcome: string,
  fields: Partial<PastAttempt> = {},
): PastAttempt {
  const startedAt = new Date(run.started_at ?? run.scheduled_for).toISOString();
  const past = { attempt: 1, startedAt, finishedAt: startedAt, outcome, worker: WORKER };
  const attempt = { ...past, error: 'It answered 503', ...fields };
  Object.assign(run, { attempt: 2, attempts: [attempt] });
  return attempt;
}

export function jobOf({ jobs }: Evidence, jobId: number): JobRow {
  return jobs.find(({ id }) => id === jobId) as JobRow;
}

export function revisionOf({ revisions }: Evidence, jobId: number, number: number): RevisionRow {
  return revisions.find(
    ({ job_id, revision }) => job_id === jobId && revision === number,
  ) as RevisionRow;
}

export function answerOf({ answers }: Evidence, jobId: number, number: number): Answer {
  return answers.find(
    ({ jobIds, revision }) => jobIds[0] === jobId && revision === number,
  ) as Answer;
}

export function rangeOf(evidence: Evidence, jobId: number): RunRow {
  return evidence.runs.find((run) => run.job_id === jobId && run.range_count !== null) as RunRow;
}
