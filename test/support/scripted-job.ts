import type { JobHandler, Outcome, RunContext } from '../../src/scheduler/jobs/job-handler.ts';

/** What an attempt does: answers anything at all, throws, or waits. */
export type Script = (context: RunContext, payload: unknown) => unknown;

/** A job type whose attempts do what the test says, well or badly. */
export class ScriptedJob implements JobHandler {
  readonly type = 'scripted';
  /** Every attempt that was begun, in order. */
  readonly attempts: RunContext[] = [];

  constructor(private script: Script = () => ({ kind: 'succeeded' })) {}

  /** From now on attempts do this. */
  does(script: Script): void {
    this.script = script;
  }

  parse(payload: unknown): unknown {
    return payload;
  }

  async run(payload: unknown, context: RunContext): Promise<Outcome> {
    this.attempts.push(context);
    return (await this.script(context, payload)) as Outcome;
  }
}

/** A door that attempts wait at until the test opens it. */
export class Gate {
  readonly passed: Promise<unknown>;
  private resolve: (value: unknown) => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => (this.resolve = resolve));
  }

  open(value: unknown = { kind: 'succeeded' }): void {
    this.resolve(value);
  }
}
