import type { Run } from '../runs/run.ts';
import type { AttemptKind, Scenario } from './scenario.ts';

/** An attempt that a worker carries out: when it is over, and how it ends. */
export interface UnderWay {
  endsAt: Date;
  kind: AttemptKind;
}

/** What attempts do instead of real work: they last and end as the scenario says. */
export class Rehearsal {
  private readonly lengths = new Map<Run, number>();
  private begun = 0;

  constructor(private readonly scenario: Scenario) {}

  begin(run: Run, now: Date): UnderWay {
    const lengthMs = this.lengthOf(run);
    const { timeoutMs } = this.scenario.job;
    const kind = entryOf(this.scenario.outcomes, this.begun, 'succeeded');
    this.begun += 1;
    return {
      endsAt: new Date(now.getTime() + Math.min(lengthMs, timeoutMs)),
      kind: lengthMs > timeoutMs ? 'retry' : kind,
    };
  }

  /** Runs are numbered as they are started for the first time. */
  private lengthOf(run: Run): number {
    const known = this.lengths.get(run);
    const lengthMs = known ?? entryOf(this.scenario.durations, this.lengths.size, DEFAULT_MS);
    this.lengths.set(run, lengthMs);
    return lengthMs;
  }
}

const DEFAULT_MS = 1_000;

function entryOf<T>(list: readonly T[], index: number, otherwise: T): T {
  return list[index % list.length] ?? otherwise;
}
