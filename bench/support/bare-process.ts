import type { BareRound } from './bare-loop.ts';
import { Child } from './child.ts';

/** The bare loop as the service is measured: in a process of its own, warm from round to round. */
export class BareLoop {
  private constructor(private readonly child: Child) {}

  static async start(databaseUrl: string): Promise<BareLoop> {
    return new BareLoop(await Child.start('bare-loop', databaseUrl));
  }

  /** Answers how many occurrences have been carried out. */
  async run(round: BareRound): Promise<number> {
    return this.child.ask<number>(round);
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }
}
