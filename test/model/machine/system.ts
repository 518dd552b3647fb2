import { FakeClock } from '../../../src/common/clock.ts';
import { AppError } from '../../../src/common/errors.ts';
import type { RunContext } from '../../../src/scheduler/jobs/job-handler.ts';
import { type ByHand, openByHand } from '../../support/by-hand.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { type Engine, openEngine } from '../../support/engine.ts';
import { Gate, ScriptedJob } from '../../support/scripted-job.ts';
import { type Contents, readContents } from './contents.ts';
import { type ShownAttempt } from './shown.ts';
import { AHEAD, LEASE } from './state.ts';

export const START = Date.UTC(2026, 10, 24, 9);
export const WORKERS = 2;
const NOTHING: Contents = { jobs: [], runs: [] };

/** An attempt whose handler waits to be told how it ends. */
interface UnderWay extends ShownAttempt {
  gate: Gate;
}

/** The engine on a real database: what people ask of it, and two workers, all driven by hand. */
export class System {
  readonly clock = new FakeClock(new Date(START));
  readonly engines: Engine[];
  readonly byHand: ByHand;
  /** How many steps there were, and what was answered how often. */
  readonly tally = { steps: 0, answers: {} as Record<string, number> };
  underWay: UnderWay[] = [];
  /** What the database held after the last step. */
  contents = NOTHING;

  private constructor(
    private readonly database: TestDatabase,
    disguised: TestDatabase,
  ) {
    this.engines = Array.from({ length: WORKERS }, (_, worker) =>
      openEngine(disguised, {
        clock: this.clock,
        handlers: [new ScriptedJob((context, payload) => this.start(worker, context, payload))],
        config: { WORKER_CONCURRENCY: 10_000, LEASE_MS: LEASE, PLAN_AHEAD_MS: AHEAD },
      }),
    );
    this.byHand = openByHand(disguised, this.engine);
  }

  /** @param disguise puts something between the engine and its connections. */
  static async open(
    disguise: (pool: TestDatabase['pool']) => TestDatabase['pool'] = (pool) => pool,
  ): Promise<System> {
    const database = await createDatabase();
    return new System(database, { ...database, pool: disguise(database.pool) });
  }

  /** The one that people ask, and that plans. */
  get engine(): Engine {
    return this.engines[0] as Engine;
  }

  /** Forgets everything that has been. */
  async begin(): Promise<void> {
    await this.abandon();
    this.clock.set(new Date(START));
    await this.database.query(
      'WITH j AS (DELETE FROM jobs), r AS (DELETE FROM runs) DELETE FROM job_revisions',
    );
    this.contents = NOTHING;
  }

  async close(): Promise<void> {
    await this.abandon();
    await this.database.drop();
  }

  async read(): Promise<Contents> {
    this.tally.steps += 1;
    this.contents = await readContents(this.database.pool);
    return this.contents;
  }

  /** What a request is answered: `done`, or status and code of what stands against it. */
  async answerTo(request: () => Promise<unknown>): Promise<string> {
    const answer = await answerTo(request);
    this.tally.answers[answer] = (this.tally.answers[answer] ?? 0) + 1;
    return answer;
  }

  async claim(worker: number): Promise<void> {
    await this.engines[worker]?.worker.tick();
    await turn();
  }

  async finish(runId: string, number: number, outcome: string): Promise<void> {
    const found = this.underWay.find((one) => one.runId === runId && one.number === number);
    this.remove(found as UnderWay);
    found?.gate.open({ kind: outcome, error: 'as told' });
    await this.settle();
  }

  /** Waits until all that has ended is in the ledger. */
  async settle(): Promise<void> {
    const size = () => this.engines.reduce((sum, { inFlight }) => sum + inFlight.size, 0);
    while (size() > this.underWay.length) await turn();
  }

  private start(worker: number, { runId, attempt, signal }: RunContext, payload: unknown) {
    const gate = new Gate();
    const told = (payload as { n: number }).n;
    const underWay = { worker, runId, number: attempt, payload: told, gate };
    this.underWay.push(underWay);
    signal.addEventListener('abort', () => this.remove(underWay));
    return gate.passed;
  }

  private remove(underWay: UnderWay): void {
    this.underWay = this.underWay.filter((other) => other !== underWay);
  }

  private async abandon(): Promise<void> {
    for (const { inFlight } of this.engines) {
      for (const attempt of inFlight.underWay) attempt.abort('stopping');
    }
    await this.settle();
  }
}

async function answerTo(request: () => Promise<unknown>): Promise<string> {
  try {
    await request();
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return `${error.status} ${error.code}`;
    throw error;
  }
}

/** Lets everything go on that waits for nothing but its turn. */
async function turn(): Promise<void> {
  await new Promise(setImmediate);
}
