import type pg from 'pg';
import { ALL_MUTANTS } from '../settings.ts';

type Statement = string | pg.QueryConfig;

/** SQLSTATE class 42: errors of syntax, unknown names, parameters of no type. */
const NO_STATEMENT = /^42/;

/** A statement of the service that was broken on purpose. */
export interface Mutant {
  /** What the service does then, in the end of a sentence that begins with "a service". */
  name: string;
  /** Name of the statement, or a part of it that no other one has. */
  statement: string;
  from: string;
  to: string;
  /** Found after many tries only. */
  isRare?: true;
}

/** Those that are to be looked for. */
export function wanted(mutants: readonly Mutant[]): Mutant[] {
  return mutants.filter(({ isRare }) => ALL_MUTANTS || !isRare);
}

/** A pool that sends the broken statement instead of the right one, and counts how often. */
export class MutatedPool {
  uses = 0;
  /** What the database has against the broken statement itself: then it proves nothing. */
  readonly flaws: string[] = [];
  /** Puts the mutant between the service and any of its connections. */
  readonly disguise: (pool: pg.Pool) => pg.Pool;

  constructor(private readonly mutant: Mutant) {
    this.disguise = (pool) => {
      const connect = async () => {
        const client = await pool.connect();
        const release = (error?: Error | boolean) => client.release(error);
        return { query: this.queryOn(client), release } as unknown as pg.PoolClient;
      };
      const query = this.queryOn(pool);
      return Object.assign(Object.create(pool) as pg.Pool, { connect, query });
    };
  }

  private queryOn(connection: Pick<pg.Pool, 'query'>) {
    return async (statement: Statement, values?: unknown[]): Promise<pg.QueryResult> => {
      try {
        return await connection.query(this.mutated(statement, values));
      } catch (error) {
        const { code = '', message } = error as pg.DatabaseError;
        if (NO_STATEMENT.test(code)) this.flaws.push(message);
        throw error;
      }
    };
  }

  private mutated(statement: Statement, values?: unknown[]): pg.QueryConfig {
    const config = typeof statement === 'string' ? { text: statement, values } : statement;
    const { statement: which, from, to } = this.mutant;
    const isMeant = config.name === which || config.text.includes(which);
    if (!isMeant || !config.text.includes(from)) return config;
    this.uses += 1;
    return { ...config, text: config.text.replaceAll(from, to) };
  }
}
