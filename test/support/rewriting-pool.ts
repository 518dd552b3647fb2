import type pg from 'pg';

type Statement = string | pg.QueryConfig;

/** What is done to each statement of a transaction, and what happens between two of them. */
export interface Rewriting {
  rewrite(text: string): string;
  /** Called when a statement has been answered, before its answer is handed on. */
  answered?(text: string): Promise<void>;
}

/** A pool whose transactions send other statements than those they were written with. */
export function rewritingPool(pool: pg.Pool, { rewrite, answered }: Rewriting): pg.Pool {
  const connect = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect();
    const query = async (statement: Statement, values?: unknown[]): Promise<pg.QueryResult> => {
      const written = typeof statement === 'string' ? { text: statement, values } : statement;
      const result = await client.query({ ...written, text: rewrite(written.text) });
      await answered?.(written.text);
      return result;
    };
    const release = (error?: Error | boolean) => client.release(error);
    return { query, release } as unknown as pg.PoolClient;
  };
  // What is no transaction goes as it is: it would ask the pool for a connection in its own way.
  return Object.assign(Object.create(pool) as pg.Pool, { connect, query: pool.query.bind(pool) });
}

/** Lets nobody on before all have come; once open it stays open. */
export class Barrier {
  private readonly all: Promise<void>;
  private open: () => void = () => undefined;

  constructor(private missing: number) {
    this.all = new Promise((resolve) => (this.open = resolve));
  }

  async pass(): Promise<void> {
    this.missing -= 1;
    if (this.missing <= 0) this.open();
    await this.all;
  }
}
