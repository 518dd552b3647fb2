import type pg from 'pg';

type Statement = string | pg.QueryConfig;

/** A statement of the service that was broken on purpose. */
export interface Mutant {
  /** What the service does then, in the end of a sentence that begins with "a service". */
  name: string;
  /** Name of the statement, or a part of it that no other one has. */
  statement: string;
  from: string;
  to: string;
}

/** A pool that sends the broken statement instead of the right one, and counts how often. */
export class MutatedPool {
  uses = 0;
  /** Puts the mutant between the service and any of its connections. */
  readonly disguise: (pool: pg.Pool) => pg.Pool;

  constructor(private readonly mutant: Mutant) {
    this.disguise = (pool) => {
      const connect = async () => {
        const client = await pool.connect();
        const query = (statement: Statement, values?: unknown[]) =>
          client.query(this.mutated(statement), values);
        const release = (error?: Error | boolean) => client.release(error);
        return { query, release } as unknown as pg.PoolClient;
      };
      const query = (statement: Statement, values?: unknown[]) =>
        pool.query(this.mutated(statement), values);
      return Object.assign(Object.create(pool) as pg.Pool, { connect, query });
    };
  }

  private mutated(statement: Statement): pg.QueryConfig {
    const config = typeof statement === 'string' ? { text: statement } : statement;
    const { statement: which, from, to } = this.mutant;
    const isMeant = config.name === which || config.text.includes(which);
    if (!isMeant || !config.text.includes(from)) return config;
    this.uses += 1;
    return { ...config, text: config.text.replaceAll(from, to) };
  }
}
