import type { Answer, Delivery, Evidence, RevisionRow, RunRow } from './evidence.ts';
import { keyOf } from './evidence.ts';

/** When the histories begin. */
export const START = Date.UTC(2026, 10, 24, 9);

const ANSWER_MS = 20;
const START_MS = 15;
const RUN_MS = 100;
const AHEAD_MS = 2_000;

type Definition = RevisionRow['definition'];

/** What a change may say, in a form that a test can read. */
export interface Change {
  operation?: string;
  /** Every so many seconds: of the minute, or from the creation on. */
  every?: number;
  form?: 'cron' | 'interval';
  marker?: string;
  isActive?: boolean;
  /** Seconds after the start. */
  pausedUntil?: number;
  exceptions?: Definition['exceptions'];
  isDeleted?: boolean;
}

interface State extends Required<Omit<Change, 'operation' | 'pausedUntil'>> {
  pausedUntil: number | null;
}

const FIRST: State = {
  every: 2,
  form: 'cron',
  marker: 'first',
  isActive: true,
  pausedUntil: null,
  exceptions: [],
  isDeleted: false,
};

/**
 * A job to which nothing bad happens: what clients, ledger and target would say of it. Times are
 * seconds after the start.
 */
export class Story {
  private readonly states: { at: number; state: State }[] = [];
  private readonly answers: Answer[] = [];
  private readonly revisions: RevisionRow[] = [];
  private readonly runs: RunRow[] = [];
  private readonly deliveries: Delivery[] = [];

  constructor(
    private readonly id: number,
    private readonly createdAt: number,
    first: Change = {},
  ) {
    this.change(createdAt, { operation: 'create', ...first });
  }

  change(second: number, change: Change): this {
    const { operation = 'patch', ...fields } = change;
    const at = START + second * 1_000;
    const before = this.states.at(-1)?.state ?? FIRST;
    const pausedUntil =
      fields.pausedUntil === undefined ? null : START + fields.pausedUntil * 1_000;
    const state = { ...before, ...fields, pausedUntil };
    this.states.push({ at, state });
    const isOwn = operation === 'end of pause';
    this.revisions.push(this.revision(at, state, isOwn ? 'scheduler' : 'api'));
    if (!isOwn) this.answers.push(this.answer(operation, at));
    return this;
  }

  trigger(second: number): this {
    const at = START + second * 1_000;
    const run = this.run(at, { ordinal: 1, trigger: 'manual', ...this.started(at, 'succeeded') });
    this.deliver(run);
    const answer = { ...this.answer('trigger', at), status: 202, revision: null, job: null };
    this.answers.push({ ...answer, runId: keyOf(run) });
    return this;
  }

  /** What there is in the end, with the runs that follow from what was done to the job. */
  evidence(until: number): Evidence {
    const settledUntil = START + until * 1_000;
    let nextRun: number | null = null;
    for (const [index, { at, state }] of this.states.entries()) {
      const next = this.states[index + 1];
      const end = next?.at ?? settledUntil + AHEAD_MS;
      const due = this.dueIn(state, at, end);
      if (state.isDeleted) continue;
      if (state.isActive) for (const instant of due) this.settle(instant, settledUntil);
      else if (next) this.skip(due);
      const after = state.isActive && !next ? this.dueIn(state, end, end + 120_000) : [];
      nextRun = after[0] ?? null;
    }
    const { state, at } = this.states.at(-1) as { state: State; at: number };
    const row = {
      id: this.id,
      is_active: state.isActive && !state.isDeleted,
      next_run: nextRun === null ? null : new Date(nextRun),
      created_at: this.created,
      deleted_at: state.isDeleted ? new Date(at) : null,
    };
    const { answers, deliveries, revisions, runs } = this;
    return { answers, deliveries, jobs: [row], revisions, runs, settledUntil };
  }

  private get created(): Date {
    return new Date(START + this.createdAt * 1_000);
  }

  private dueIn({ every, form, exceptions }: State, from: number, to: number): number[] {
    const phase = form === 'cron' ? START : this.created.getTime();
    const due = exceptions.filter(({ action }) => action === 'add').map(({ at }) => Date.parse(at));
    for (let ms = phase; ms <= to; ms += every * 1_000) due.push(ms);
    return due.filter((ms) => ms > from && ms <= to).sort((one, other) => one - other);
  }

  private settle(instant: number, settledUntil: number): void {
    const { state } = this.inForce(instant);
    const isLeftOut = state.exceptions.some(
      ({ action, at }) => action === 'skip' && Date.parse(at) === instant,
    );
    if (isLeftOut) this.run(instant, { status: 'skipped', reason: 'exception' });
    else if (instant > settledUntil) this.run(instant, { status: 'planned' });
    else this.deliver(this.run(instant, this.started(instant, 'succeeded')));
  }

  private skip(due: readonly number[]): void {
    const [from, to] = [due[0], due.at(-1)];
    if (from === undefined || to === undefined) return;
    const range = { range_from: new Date(from), range_count: due.length };
    this.run(to, { status: 'skipped', reason: 'paused', ...range });
  }

  private run(at: number, fields: Partial<RunRow>): RunRow {
    const run: RunRow = {
      job_id: this.id,
      scheduled_for: new Date(at),
      ordinal: 0,
      status: 'planned',
      trigger: 'schedule',
      reason: null,
      attempt: 0,
      revision: null,
      started_at: null,
      finished_at: null,
      attempts: null,
      range_from: null,
      range_count: null,
      ...fields,
    };
    this.runs.push(run);
    return run;
  }

  private started(at: number, status: string): Partial<RunRow> {
    const { revision } = this.inForce(at);
    const [startedAt, finishedAt] = [at + START_MS, at + START_MS + RUN_MS];
    const times = { started_at: new Date(startedAt), finished_at: new Date(finishedAt) };
    return { status, attempt: 1, revision, ...times };
  }

  private deliver(run: RunRow): void {
    const dueAt = run.scheduled_for.getTime();
    const { marker } = this.inForce(dueAt).state;
    const arrivedAt = dueAt + START_MS + 5;
    this.deliveries.push({ key: keyOf(run), attempt: 1, dueAt, marker, arrivedAt });
  }

  /** What is in force when something happens at `at`, an instant that a change includes. */
  private inForce(at: number): { revision: number; state: State } {
    const index = this.states.findLastIndex((each) => each.at < at);
    return { revision: index + 1, state: (this.states[index] as { state: State }).state };
  }

  private revision(at: number, state: State, actor: string): RevisionRow {
    const { every, form, marker, isActive, pausedUntil, exceptions, isDeleted } = state;
    const definition: Definition = {
      schedule: form === 'cron' ? `*/${every} * * * * *` : `@every ${every}s`,
      startAt: null,
      isActive: isActive && !isDeleted,
      overlap: 'skip',
      pausedUntil: pausedUntil === null ? null : new Date(pausedUntil).toISOString(),
      payload: { headers: { marker } },
      exceptions,
    };
    const revision = this.revisions.length + 1;
    return { job_id: this.id, revision, actor, at: new Date(at), definition };
  }

  private answer(operation: string, at: number): Answer {
    const isDeletion = operation === 'delete';
    const shown = this.revisions.at(isDeletion ? -2 : -1) as RevisionRow;
    const { schedule, isActive, payload } = shown.definition;
    return {
      operation,
      jobIds: [this.id],
      sentAt: at - ANSWER_MS,
      answeredAt: at + ANSWER_MS,
      status: operation === 'create' ? 201 : 200,
      revision: this.revisions.length,
      job: {
        id: this.id,
        schedule,
        isActive,
        revision: shown.revision,
        createdAt: this.created.toISOString(),
        updatedAt: shown.at.toISOString(),
        marker: (payload as { headers: { marker: string } }).headers.marker,
      },
      runId: null,
    };
  }
}

/** Several jobs together. */
export function together(...evidence: Evidence[]): Evidence {
  return {
    answers: evidence.flatMap(({ answers }) => answers),
    deliveries: evidence.flatMap(({ deliveries }) => deliveries),
    jobs: evidence.flatMap(({ jobs }) => jobs),
    revisions: evidence.flatMap(({ revisions }) => revisions),
    runs: evidence.flatMap(({ runs }) => runs),
    settledUntil: Math.max(...evidence.map(({ settledUntil }) => settledUntil)),
  };
}
