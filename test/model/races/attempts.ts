import type { RunContext } from '../../../src/scheduler/jobs/job-handler.ts';
import type { BegunAttempt } from './evidence.ts';
import type { Outcome } from './scenario.ts';
import type { Stage } from './stage.ts';

/** The handlers' side of a race: begins attempts, ends them when it is their turn, and notes it. */
export class Attempts {
  readonly begun: BegunAttempt[] = [];
  private readonly outcomes: Outcome[];
  private readonly start = new Signal();
  private readonly end = new Signal();

  constructor(
    private readonly stage: Stage,
    outcomes: readonly Outcome[],
    private readonly place: () => number,
  ) {
    this.outcomes = [...outcomes];
  }

  /** From now on attempts end when it is their turn. */
  mayEnd(): void {
    this.start.give();
  }

  /** From now on all attempts end. */
  mustEnd(): void {
    this.end.give();
  }

  async carryOut(worker: string, context: RunContext): Promise<unknown> {
    const attempt = this.begin(worker, context);
    await this.start.given;
    if (attempt.outcome === null) await this.end.given;
    const run = attempt.runId.slice(String(attempt.jobId).length + 1);
    await this.stage.turn(`${worker}: the handler of ${run} answers`);
    attempt.outcome ??= 'succeeded';
    attempt.answered = this.place();
    const result = { attempt: attempt.number };
    return { kind: attempt.outcome, error: 'as told', result };
  }

  private begin(worker: string, context: RunContext): BegunAttempt {
    const { jobId, runId, attempt: number, signal } = context;
    const attempt: BegunAttempt = {
      ...{ worker, jobId, runId, number },
      ...{ begun: this.place(), answered: null, told: null },
      outcome: this.outcomes.shift() ?? 'succeeded',
    };
    this.begun.push(attempt);
    signal.addEventListener('abort', () => (attempt.told = String(signal.reason)));
    return attempt;
  }
}

/** Given once, and for all who wait for it. */
class Signal {
  readonly given: Promise<void>;
  give: () => void = () => undefined;

  constructor() {
    this.given = new Promise((resolve) => (this.give = resolve));
  }
}
