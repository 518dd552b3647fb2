import type { FakeClock } from '../../src/common/clock.ts';
import { DEFAULT_TIMEOUT_MS } from '../../src/jobs/retry-policy.ts';
import { runId } from '../../src/runs/run-id.ts';
import type { RunContext } from '../../src/scheduler/jobs/job-handler.ts';
import type { Attempt } from '../../src/worker/attempt.ts';
import { type Case, type Course, LEASE_MS, PLAN_AHEAD_MS } from './course.ts';
import type { TestDatabase } from './database.ts';
import { type Engine, openEngine } from './engine.ts';
import { Gate, ScriptedJob } from './scripted-job.ts';

const LONGEST_TIMEOUT_MS = 3_600_000;
/** An attempt whose handler waits for its end. */
interface UnderWay {
  runId: string;
  gate: Gate;
  endsAt: number;
  outcome: unknown;
}

/**
 * Lets the engine live through a course of virtual time, from one instant at which something may
 * happen to the next. Which these are it asks where the loops of the engine ask: the next instants
 * of jobs, the wake-ups of runs, the ends of attempts.
 */
export class EngineDriver {
  private readonly engine: Engine;
  private readonly scripts = new Map<number, Script>();
  private underWay: UnderWay[] = [];

  constructor(
    private readonly database: TestDatabase,
    private readonly clock: FakeClock,
  ) {
    const handler = new ScriptedJob((context) => this.begin(context));
    const config = { WORKER_CONCURRENCY: 10_000, LEASE_MS, PLAN_AHEAD_MS };
    this.engine = openEngine(database, { clock, handlers: [handler], config });
  }

  async add({ name, job, durations, outcomes }: Case): Promise<number> {
    // The engine measures the limit of an attempt with a timer, which knows no virtual time.
    const untimed = { ...job, name, type: 'scripted', timeoutMs: LONGEST_TIMEOUT_MS };
    const { id } = await this.engine.jobs.create(untimed);
    this.scripts.set(id, new Script(durations, outcomes, job.timeoutMs ?? DEFAULT_TIMEOUT_MS));
    return id;
  }

  async live({ to, outages }: Course): Promise<void> {
    for (let now: Date | null = this.clock.now(); now && now <= to;) {
      this.clock.set(now);
      const outage = outages.find(({ from, to: end }) => from <= now! && now! < end);
      if (outage) await this.breakDown();
      else await this.work();
      now = outage ? outage.to : await this.nextInstant(outages);
    }
  }

  /** Ends what is under way without a word to the ledger, as when a process dies. */
  async abandon(): Promise<void> {
    for (const attempt of this.engine.inFlight.underWay) attempt.abort('stopping');
    await this.settle();
  }

  private begin({ jobId, runId, startedAt, signal }: RunContext): Promise<unknown> {
    const gate = new Gate();
    const { lengthMs, outcome } = (this.scripts.get(jobId) as Script).next(runId);
    const endsAt = startedAt.getTime() + lengthMs;
    const underWay = { runId, gate, endsAt, outcome };
    this.underWay.push(underWay);
    signal.addEventListener('abort', () => {
      this.underWay = this.underWay.filter((other) => other !== underWay);
      gate.open();
    });
    return gate.passed;
  }

  private async breakDown(): Promise<void> {
    await this.engine.leases.renew();
    await this.abandon();
  }

  /** Rescues, plans, starts, ends, and starts again. */
  private async work(): Promise<void> {
    const { leases, rescuer, planner } = this.engine;
    await leases.renew();
    await this.settle();
    while ((await rescuer.tick()) > 0);
    while ((await planner.tick()) > 0);
    await this.startDue();
    if (await this.endOver()) await this.startDue();
  }

  private async startDue(): Promise<void> {
    do {
      // Which of several runs of a job come with a full batch is left to chance.
      if (await this.engine.worker.tick())
        throw new Error('More is due than a worker claims at once');
    } while (await this.isSomethingDue());
  }

  /** Ends the attempts whose time has come, and answers whether there were any. */
  private async endOver(): Promise<boolean> {
    const now = this.clock.now().getTime();
    const over = this.underWay.filter(({ endsAt }) => endsAt <= now);
    if (over.length === 0) return false;

    this.underWay = this.underWay.filter(({ endsAt }) => endsAt > now);
    for (const { runId, gate, outcome } of over) {
      if (outcome === TIMEOUT) this.attemptOf(runId)?.abort('timeout');
      else gate.open(outcome);
    }
    await this.settle();
    return true;
  }

  /** Waits until what has ended is in the ledger. */
  private async settle(): Promise<void> {
    while (this.engine.inFlight.size > this.underWay.length) await new Promise(setImmediate);
  }

  private attemptOf(id: string): Attempt | undefined {
    return this.engine.inFlight.underWay.find(({ run }) => runId(run) === id);
  }

  private async isSomethingDue(): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT FROM runs WHERE wake_at <= $1 AND status IN ('planned', 'queued') LIMIT 1`,
      [this.clock.now()],
    );
    return rows.length > 0;
  }

  private async nextInstant(outages: Course['outages']): Promise<Date | null> {
    const now = this.clock.now().getTime();
    const [row] = await this.database.query<{ nextRun: Date | null; wakeAt: Date | null }>(
      `SELECT (SELECT min(next_run) FROM jobs WHERE is_active) AS "nextRun",
              (SELECT min(wake_at) FROM runs WHERE wake_at IS NOT NULL) AS "wakeAt"`,
    );
    const instants = [
      row?.nextRun ? row.nextRun.getTime() - PLAN_AHEAD_MS : Infinity,
      row?.wakeAt?.getTime() ?? Infinity,
      this.underWay.length > 0 ? now + LEASE_MS / 3 : Infinity,
      ...this.underWay.map(({ endsAt }) => endsAt),
      ...outages.map(({ from }) => from.getTime()).filter((from) => from > now),
    ];
    const next = Math.min(...instants);
    if (next <= now)
      throw new Error(`Something is left to do at ${this.clock.now().toISOString()}`);
    return Number.isFinite(next) ? new Date(next) : null;
  }
}

const TIMEOUT = Symbol('timeout');

/** What the attempts of one job do, one after the other. */
class Script {
  private readonly lengths = new Map<string, number>();
  private begun = 0;

  constructor(
    private readonly durations: readonly number[],
    private readonly outcomes: Case['outcomes'],
    private readonly timeoutMs: number,
  ) {}

  next(runId: string): { lengthMs: number; outcome: unknown } {
    const duration = this.durations[this.lengths.size % this.durations.length] ?? 1_000;
    const wanted = this.lengths.get(runId) ?? duration;
    this.lengths.set(runId, wanted);
    const kind = this.outcomes[this.begun % this.outcomes.length] ?? 'succeeded';
    this.begun += 1;
    return wanted > this.timeoutMs
      ? { lengthMs: this.timeoutMs, outcome: TIMEOUT }
      : { lengthMs: wanted, outcome: { kind, error: 'as told' } };
  }
}
