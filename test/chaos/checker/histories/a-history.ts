import {
  type Answer,
  type Definition,
  type Delivery,
  type Evidence,
  keyOf,
  type ObservedChange,
  type RevisionRow,
  type RunRow,
} from '../evidence.ts';

/** When the histories begin. */
export const START = Date.UTC(2026, 10, 24, 9);

const ANSWER_MS = 20;
const START_MS = 15;
const RUN_MS = 100;
const AHEAD_MS = 2_000;
const LEASE_MS = 5_000;

/** Who carries everything out, and the session in which it does. */
export const WORKER = 'host-100-abcdef';
const SESSION = 7;

/** What a change may say, in a form that a test can read. */
export interface Change {
  operation?: string;
  /** Every so many seconds: of the minute, or from the creation on. */
  every?: number;
  form?: 'cron' | 'interval';
  marker?: string;
  isActive?: boolean;
  /** Seconds after the start, like the next one. */
  pausedUntil?: number;
  endAt?: number;
  missed?: Definition['missed'];
  overlap?: string;
  exceptions?: Definition['exceptions'];
  isDeleted?: boolean;
}

interface State extends Required<Omit<Change, 'operation' | 'pausedUntil' | 'endAt'>> {
  pausedUntil: number | null;
  endAt: number | null;
}

const FIRST: State = {
  every: 2,
  form: 'cron',
  marker: 'first',
  isActive: true,
  pausedUntil: null,
  endAt: null,
  missed: { policy: 'once', maxAgeSeconds: 86_400, maxCount: 100 },
  overlap: 'skip',
  exceptions: [],
  isDeleted: false,
};

/** What the service does by itself, and what it calls that. */
const OWN: Readonly<Record<string, string>> = { 'end of pause': 'resumed', end: 'completed' };

/**
 * A job to which nothing bad happens: what clients, ledger and target would say of it. Times are
 * seconds after the start.
 */
export class Story {
  private readonly states: { at: number; state: State }[] = [];
  private readonly answers: Answer[] = [];
  private readonly revisions: RevisionRow[] = [];
  private readonly runs: RunRow[] = [];
  private readonly changes: ObservedChange[] = [];
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
    const instant = (second: number | undefined) =>
      second === undefined ? null : START + second * 1_000;
    const pausedUntil = instant(fields.pausedUntil);
    const endAt = instant(fields.endAt) ?? before.endAt;
    const state = { ...before, ...fields, pausedUntil, endAt };
    this.states.push({ at, state });
    this.revisions.push(this.revision(at, state, OWN[operation]));
    if (!(operation in OWN)) this.answers.push(this.answer(operation, at));
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
      next_run: nextRun,
      created_at: this.created,
      deleted_at: state.isDeleted ? at : null,
    };
    const { answers, deliveries, revisions, runs, changes } = this;
    const known = { answers, deliveries, revisions, runs, changes };
    return { ...known, jobs: [row], faults: [], settledUntil };
  }

  private get created(): number {
    return START + this.createdAt * 1_000;
  }

  private dueIn({ every, form, endAt, exceptions }: State, from: number, to: number): number[] {
    const phase = form === 'cron' ? START : this.created;
    const due = exceptions.filter(({ action }) => action === 'add').map(({ at }) => Date.parse(at));
    const last = Math.min(to, endAt ?? Infinity);
    for (let ms = phase; ms <= last; ms += every * 1_000) due.push(ms);
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
    const range = { range_from: from, range_count: due.length };
    this.run(to, { status: 'skipped', reason: 'paused', ...range });
  }

  private run(at: number, fields: Partial<RunRow>): RunRow {
    const run: RunRow = {
      job_id: this.id,
      scheduled_for: at,
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
    if (run.attempt > 0) this.changes.push(...changesOf(run));
    return run;
  }

  private started(at: number, status: string): Partial<RunRow> {
    const { revision } = this.inForce(at);
    const [startedAt, finishedAt] = [at + START_MS, at + START_MS + RUN_MS];
    const times = { started_at: startedAt, finished_at: finishedAt };
    return { status, attempt: 1, revision, ...times };
  }

  private deliver(run: RunRow): void {
    const dueAt = run.scheduled_for;
    const { marker } = this.inForce(dueAt).state;
    const [key, arrivedAt] = [keyOf(run), dueAt + START_MS + 5];
    const seen = { jobId: this.id, bodyHash: marker, messageId: key };
    this.deliveries.push({ key, attempt: 1, dueAt, marker, arrivedAt, ...seen });
  }

  /** What is in force when something happens at `at`, an instant that a change includes. */
  private inForce(at: number): { revision: number; state: State } {
    const index = this.states.findLastIndex((each) => each.at < at);
    return { revision: index + 1, state: (this.states[index] as { state: State }).state };
  }

  /** @param own what the service calls it, when it has done it by itself. */
  private revision(at: number, state: State, own: string | undefined): RevisionRow {
    const { every, form, isActive, isDeleted, pausedUntil, endAt, ...others } = state;
    const definition: Definition = {
      ...{ type: 'http', timezone: 'UTC', startAt: null, maxRuns: null, spreadSeconds: 0 },
      ...{ autoPauseAfter: null, missed: others.missed, overlap: others.overlap },
      ...{ exceptions: others.exceptions, marker: others.marker },
      schedule: form === 'cron' ? `*/${every} * * * * *` : `@every ${every}s`,
      isActive: isActive && !isDeleted,
      pausedUntil: pausedUntil === null ? null : new Date(pausedUntil).toISOString(),
      endAt: endAt === null ? null : new Date(endAt).toISOString(),
    };
    const revision = this.revisions.length + 1;
    const [action, actor] = own === undefined ? ['updated', 'api'] : [own, 'scheduler'];
    return { job_id: this.id, revision, action, actor, at, definition };
  }

  private answer(operation: string, at: number): Answer {
    const isDeletion = operation === 'delete';
    const shown = this.revisions.at(isDeletion ? -2 : -1) as RevisionRow;
    const { schedule, isActive, marker } = shown.definition;
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
        createdAt: new Date(this.created).toISOString(),
        updatedAt: new Date(shown.at).toISOString(),
        marker,
      },
      runId: null,
    };
  }
}

/** What the database sees of a run that ends with its first attempt. */
function changesOf({ job_id, scheduled_for, ordinal, attempt, ...run }: RunRow): ObservedChange[] {
  const both = { job_id, scheduled_for, ordinal, attempt, worker: WORKER, session: SESSION };
  const [startedAt, finishedAt] = [run.started_at as number, run.finished_at as number];
  const from = run.trigger === 'manual' ? 'queued' : 'planned';
  return [
    {
      ...{ ...both, at: startedAt - 1, from, to: 'running' },
      ...{ fence_before: 0, fence: 1, lease_end: null },
    },
    {
      ...{ ...both, at: finishedAt + 1, from: 'running', to: run.status },
      ...{ fence_before: 1, fence: 1, lease_end: startedAt + LEASE_MS },
    },
  ];
}

/** Several jobs together. */
export function together(...evidence: Evidence[]): Evidence {
  return {
    answers: evidence.flatMap(({ answers }) => answers),
    deliveries: evidence.flatMap(({ deliveries }) => deliveries),
    jobs: evidence.flatMap(({ jobs }) => jobs),
    revisions: evidence.flatMap(({ revisions }) => revisions),
    runs: evidence.flatMap(({ runs }) => runs),
    changes: evidence.flatMap(({ changes }) => changes).sort((one, other) => one.at - other.at),
    faults: evidence.flatMap(({ faults }) => faults),
    settledUntil: Math.max(...evidence.map(({ settledUntil }) => settledUntil)),
  };
}
