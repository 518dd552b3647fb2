import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';

type Work<T> = (transaction: pg.PoolClient) => Promise<T>;

/** Writes into a transaction that the effect happens in it; throws where it has happened before. */
export type Mark = Work<void>;

const effects = new AsyncLocalStorage<Effect>();
let running = 0;

/**
 * A change of the database that may happen once only, made somewhere inside a piece of work. The
 * first transaction of that work carries a mark: both are there or neither, wherever the process
 * dies. It should be the only one, since nothing marks what a later one does.
 */
export class Effect {
  private state: 'none' | 'under way' | 'done' = 'none';

  constructor(private readonly mark: Mark) {}

  /** Whether a transaction has been committed, and the mark with it. */
  get isDone(): boolean {
    return this.state === 'done';
  }

  /** Does `work`: transactions that begin in it, however deep, belong to this effect. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    running += 1;
    try {
      return await effects.run(this, work);
    } finally {
      running -= 1;
      // A storage that has been used makes every `await` of the process, the engine's too, take
      // more than twice as long on Node 20, until it is told that nobody needs it.
      if (running === 0) effects.disable();
    }
  }

  /** Carries out one transaction of this effect, the mark before everything else in it. */
  async include<T>(work: Work<T>, transact: (marked: Work<T>) => Promise<T>): Promise<T> {
    if (this.state === 'under way') {
      throw new Error('Two transactions at a time: only one of them could carry the mark');
    }
    this.state = 'under way';
    try {
      const result = await transact(async (transaction) => {
        await this.mark(transaction);
        return work(transaction);
      });
      this.state = 'done';
      return result;
    } finally {
      if (!this.isDone) this.state = 'none';
    }
  }
}

/** The effect that a transaction which begins here has to carry the mark of, if any. */
export function unmarkedEffect(): Effect | undefined {
  const effect = effects.getStore();
  return effect?.isDone ? undefined : effect;
}
