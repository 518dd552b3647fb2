import type pg from 'pg';
import type { Stage } from './stage.ts';

type Statement = string | pg.QueryConfig;
/** The number of its session; the types of the driver do not tell it. */
type Client = pg.PoolClient & { processID: number };

/** A pool whose every statement waits for its turn. BEGIN and ROLLBACK are no steps of their own. */
export function stagedPool(pool: pg.Pool, stage: Stage, who: string): pg.Pool {
  const connect = async (): Promise<pg.PoolClient> =>
    new StagedClient(await take(pool, stage), stage, who) as unknown as pg.PoolClient;
  const query = async (statement: Statement, values?: unknown[]): Promise<pg.QueryResult> => {
    await stage.turn(`${who}: ${nameOf(statement)}`);
    const client = await take(pool, stage);
    try {
      const sent = { pid: client.processID, isInTransaction: false };
      return await stage.send(sent, () => client.query(config(statement, values)));
    } finally {
      client.release();
    }
  };
  return Object.assign(Object.create(pool) as pg.Pool, { connect, query });
}

/** A connection on which a transaction goes its way. */
class StagedClient {
  private isOpen = false;

  constructor(
    private readonly client: Client,
    private readonly stage: Stage,
    private readonly who: string,
  ) {}

  async query(statement: Statement, values?: unknown[]): Promise<pg.QueryResult> {
    const { client, stage } = this;
    const { text } = config(statement, values);
    if (text === 'BEGIN') this.become(true);
    if (text !== 'BEGIN' && text !== 'ROLLBACK') {
      await stage.turn(`${this.who}: ${nameOf(statement)}`);
    }
    const sent = { pid: client.processID, isInTransaction: true };
    try {
      return await stage.send(sent, () => client.query(config(statement, values)));
    } finally {
      if (text === 'COMMIT' || text === 'ROLLBACK') this.become(false);
    }
  }

  release(error?: Error | boolean): void {
    this.client.release(error);
  }

  private become(isOpen: boolean): void {
    if (isOpen !== this.isOpen) this.stage.countTransaction(isOpen ? 1 : -1);
    this.isOpen = isOpen;
  }
}

async function take(pool: pg.Pool, stage: Stage): Promise<Client> {
  return stage.aside(async () => (await pool.connect()) as Client);
}

function config(statement: Statement, values?: unknown[]): pg.QueryConfig {
  return typeof statement === 'string' ? { text: statement, values } : statement;
}

/** What a statement is called, or how it begins. */
function nameOf(statement: Statement): string {
  const { name, text } = config(statement);
  return name ?? text.trim().replaceAll(/\s+/g, ' ').slice(0, 40);
}
