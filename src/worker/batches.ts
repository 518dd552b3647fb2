import { Waiter } from '../common/waiter.ts';

/** How long the first of a batch waits for company. */
const GATHER_MS = 2;

interface Waiting<T> {
  item: T;
  done: () => void;
}

/** Gathers what comes together and has it worked off in batches, one batch at a time. */
export class Batches<T> {
  private readonly pause = new Waiter();
  private waiting: Waiting<T>[] = [];
  private working: Promise<void> | undefined;

  /** @param work carries out one batch, and does not give up. */
  constructor(
    private readonly size: number,
    private readonly work: (batch: T[]) => Promise<void>,
  ) {}

  /** Resolves once the batch that holds the item has been worked off. */
  async add(item: T): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ item, done });
      if (this.waiting.length >= this.size) this.pause.wake();
      this.working ??= this.workOff();
    });
  }

  private async workOff(): Promise<void> {
    await this.pause.wait(GATHER_MS);
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.size);
      await this.work(batch.map(({ item }) => item));
      for (const { done } of batch) done();
    }
    this.working = undefined;
  }
}
