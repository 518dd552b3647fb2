import { setImmediate } from 'node:timers/promises';
import { flawInFile } from './flaw.ts';

/** Some dozens of milliseconds altogether, for the worst of all files. */
const MAX_STEPS = 300_000;
/** A millisecond or two. */
const STEPS_PER_TURN = 5_000;

/**
 * What reading one file costs: counted in steps of about equal weight, limited, and done in turns,
 * so that no other request waits for the whole of it.
 */
export class Effort {
  private total = 0;
  private inTurn = 0;

  /** @throws InvalidRequestError once the file has cost too much. */
  spend(steps: number): void {
    this.total += steps;
    this.inTurn += steps;
    if (this.total > MAX_STEPS) {
      throw flawInFile(`takes more than ${MAX_STEPS} steps to read: its events repeat too much`);
    }
  }

  /** Whether it is time to rest. */
  get isDue(): boolean {
    return this.inTurn >= STEPS_PER_TURN;
  }

  /** Lets everybody else go on. */
  async rest(): Promise<void> {
    this.inTurn = 0;
    await setImmediate();
  }
}
