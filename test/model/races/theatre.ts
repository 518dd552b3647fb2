import pg from 'pg';
import { FakeClock } from '../../../src/common/clock.ts';
import { connectionOptions } from '../../../src/database/pool.ts';
import type { RunContext } from '../../../src/scheduler/jobs/job-handler.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { type Engine, openEngine } from '../../support/engine.ts';
import { ScriptedJob } from '../../support/scripted-job.ts';
import { forgetEverything, keepHistory } from './history.ts';
import { Lookout } from './lookout.ts';
import { openPeople, type People } from './people.ts';
import { LEASE_S } from './scenario.ts';
import { Stage } from './stage.ts';
import { stagedPool } from './staged-pool.ts';

const CONNECTIONS = 16;
/** A lock is waited for as long as it takes; those who wait for each other are told so at once. */
const SESSION = '-c lock_timeout=0 -c statement_timeout=0 -c deadlock_timeout=50ms';

type Handler = (worker: string, context: RunContext) => unknown;

/** Where races take place: one database, two workers, a scheduler and the API beside each other. */
export class Theatre {
  readonly clock = new FakeClock(new Date(0));
  readonly workers: Record<'A' | 'B', Engine>;
  readonly scheduler: Engine;
  readonly people: People;
  /** What attempts do. */
  handler: Handler = () => undefined;

  private constructor(
    private readonly database: TestDatabase,
    readonly pool: pg.Pool,
    readonly lookout: Lookout,
    readonly stage: Stage,
    disguise: (pool: pg.Pool) => pg.Pool,
  ) {
    const open = (who: string): [pg.Pool, Engine] => {
      const staged = disguise(stagedPool(pool, stage, who));
      return [staged, this.openEngine(who, staged)];
    };
    this.workers = { A: open('A')[1], B: open('B')[1] };
    this.scheduler = open('scheduler')[1];
    this.people = openPeople(...open('api'));
  }

  /** @param disguise puts something between everybody and their connections. */
  static async open(disguise: (pool: pg.Pool) => pg.Pool = (pool) => pool): Promise<Theatre> {
    const database = await createDatabase();
    await keepHistory(database.pool);
    const pool = await openPool(database.url);
    const lookout = await Lookout.open(database.url, 'scheduler_cancelled');
    return new Theatre(database, pool, lookout, new Stage(lookout), disguise);
  }

  /** Forgets everything that has been. */
  async begin(now: Date): Promise<void> {
    this.stage.troubles = [];
    this.clock.set(now);
    await this.stage.aside(() => forgetEverything(this.pool));
  }

  async close(): Promise<void> {
    this.stage.close();
    await this.lookout.close();
    await this.pool.end();
    await this.database.drop();
  }

  private openEngine(who: string, pool: pg.Pool): Engine {
    const handler = new ScriptedJob((context) => this.handler(who, context));
    return openEngine(
      { ...this.database, pool },
      { clock: this.clock, handlers: [handler], config: { LEASE_MS: LEASE_S * 1_000 } },
    );
  }
}

/** All its connections are there from the beginning: making one would take time of its own. */
async function openPool(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({
    ...connectionOptions(url),
    ...{ max: CONNECTIONS, idleTimeoutMillis: 0, options: SESSION },
  });
  // The database may be gone before the last of them.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined);
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  for (const client of clients) client.release();
  return pool;
}
