import pg from 'pg';
import { isUnavailable } from '../common/unavailable.ts';
import { DatabaseRefusedError } from './refusal.ts';

/** SQLSTATEs of what is there already: a table, column, function, schema, type or index. */
const EXISTS = /^42(P07|701|723|P06|710)$/;

/**
 * Tells the history that the migration under way is applied, as the engine does itself a moment
 * later. It belongs to the migration's own transaction: wherever the process dies, both are there
 * or neither. No other row is open, since the lock is ours and what had failed was marked.
 */
const RECORD = `
  UPDATE "_prisma_migrations" SET "finished_at" = clock_timestamp()
   WHERE "finished_at" IS NULL AND "rolled_back_at" IS NULL`;

/** The one session in which Prisma's schema engine does all of its work. */
export class MigrationSession {
  /** Why a script was refused. */
  private refusal: unknown;
  /** Why the latest statement has failed, if it has. */
  private failure: unknown;

  /** @param names the names of the migrations, by their scripts. */
  constructor(
    private readonly client: pg.Client,
    private readonly names: ReadonlyMap<string, string>,
  ) {}

  /** What the engine's adapter takes for its pool: it knows no single sessions. */
  get pool(): pg.Pool {
    const query = (statement: pg.QueryConfig) => this.run(statement);
    return Object.assign(new pg.Pool(), { query });
  }

  /** Sends a script in one piece, which makes it one transaction. */
  async runScript(script: string): Promise<void> {
    const name = this.names.get(script);
    const text = name === undefined ? script : `${script}\n;${RECORD}`;
    try {
      await this.client.query(text);
    } catch (error) {
      this.refusal = name === undefined || isUnavailable(error) ? error : refused(name, error);
      throw error;
    }
  }

  /** What has really gone wrong: the engine only says that something has. */
  reasonFor(error: unknown): unknown {
    return this.refusal ?? this.failure ?? error;
  }

  private async run(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    this.failure = undefined;
    return this.client.query(statement).catch((error: unknown) => {
      this.failure = error;
      throw error;
    });
  }
}

function refused(name: string, cause: unknown): DatabaseRefusedError {
  const { message, code = '' } = cause as pg.DatabaseError;
  const said = `The migration ${name} cannot be applied: ${message}`;
  const hint = EXISTS.test(code) ? `. ${whatToDo(name)}` : '';
  return new DatabaseRefusedError(said + hint, { cause });
}

/** Somebody has made it by other means, or restored a backup without the history. */
function whatToDo(name: string): string {
  return `Something of it is there already, while the history does not know of it. If all of it is there, tell the history and start again: INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (gen_random_uuid(), '', '${name}', now(), now(), 1); otherwise remove what is there.`;
}
