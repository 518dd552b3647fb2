import pg from 'pg';

/** How our own sessions introduce themselves, so that no fault hits another fault. */
const OURS = 'fault';
/** How those of the service do. */
const SERVICE = 'job-scheduler';
const TOO_MANY_CONNECTIONS = '53300';

/** A session that was ended, as it was just before. */
export interface EndedSession {
  readonly pid: number;
  /** As in `pg_stat_activity`: `active`, `idle`, `idle in transaction`. */
  readonly state: string;
  /** The latest statement. */
  readonly query: string;
}

/** Something that other sessions of the database suffer from until it is released. */
export class Hold {
  constructor(
    private readonly clients: readonly pg.Client[],
    private readonly admin: pg.Pool,
  ) {}

  /** How many connections it takes up. */
  get size(): number {
    return this.clients.length;
  }

  /** How many sessions wait for it at this moment, directly or behind others. */
  async blocked(): Promise<number> {
    const { rows } = await this.admin.query<{ count: number }>(
      `WITH RECURSIVE blocked AS (
         SELECT pid, pg_blocking_pids(pid) AS by FROM pg_stat_activity WHERE wait_event_type = 'Lock'
       ), behind AS (
         SELECT unnest($1::integer[]) AS pid
          UNION
         SELECT blocked.pid FROM blocked JOIN behind ON behind.pid = ANY (blocked.by)
       )
       SELECT count(*)::integer - cardinality($1::integer[]) AS count FROM behind`,
      [this.pids],
    );
    return rows[0]?.count ?? 0;
  }

  /** How many transactions have begun since its snapshot was taken. */
  async snapshotAge(): Promise<number> {
    const { rows } = await this.admin.query<{ age: number | null }>(
      'SELECT max(age(backend_xmin)) AS age FROM pg_stat_activity WHERE pid = ANY ($1::integer[])',
      [this.pids],
    );
    return rows[0]?.age ?? 0;
  }

  /** Lets go; harmless twice, and when the server has ended the sessions by itself. */
  async release(): Promise<void> {
    await Promise.all(
      this.clients.map(async (client) => {
        await client.query('ROLLBACK').catch(() => undefined);
        await client.end().catch(() => undefined);
      }),
    );
  }

  private get pids(): number[] {
    return this.clients.map((client) => (client as unknown as { processID: number }).processID);
  }
}

/** What other clients of a database, or its administrator, can do to the service. */
export class DatabaseFaults {
  private readonly holds: Hold[] = [];
  private readonly admin: pg.Pool;

  /** @param url of a superuser, with nothing in between. */
  constructor(private readonly url: string) {
    this.admin = new pg.Pool({ ...this.options, max: 1, idleTimeoutMillis: 0 });
    this.admin.on('error', () => undefined);
  }

  /** Ends one session of the service, chosen by chance; undefined when there is none. */
  async endSession(): Promise<EndedSession | undefined> {
    const { rows } = await this.admin.query<EndedSession>(
      `WITH chosen AS MATERIALIZED (
         SELECT pid, state, query FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = $1
          ORDER BY random() LIMIT 1
       )
       SELECT pid, state, query FROM chosen WHERE pg_terminate_backend(pid)`,
      [SERVICE],
    );
    return rows[0];
  }

  /** How many sessions of this database there are, by the name that they give themselves. */
  async sessions(): Promise<Record<string, number>> {
    const { rows } = await this.admin.query<{ name: string; count: number }>(
      `SELECT application_name AS name, count(*)::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND application_name <> $1
        GROUP BY application_name`,
      [OURS],
    );
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }

  /** What the clock of the database shows, in milliseconds since 1970. */
  async timeMs(): Promise<number> {
    const { rows } = await this.admin.query<{ ms: number }>(
      'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    );
    return rows[0]?.ms ?? NaN;
  }

  /** The partition of the ledger that the present week is in. */
  async currentPartition(): Promise<string> {
    const { rows } = await this.admin.query<{ name: string }>(
      `SELECT coalesce(
                to_regclass('runs_' || to_char(
                  date_trunc('week', clock_timestamp() AT TIME ZONE 'UTC'), 'YYYYMMDD')),
                'runs_default'::regclass)::text AS name`,
    );
    return rows[0]?.name ?? '';
  }

  /** Keeps everybody else from a table, readers too. Waits until it has it. */
  async lock(table: string): Promise<Hold> {
    return this.hold('BEGIN', `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  }

  /** Keeps a snapshot: nothing that dies from now on can be cleaned up. */
  async holdSnapshot(): Promise<Hold> {
    return this.hold('BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT count(*) FROM jobs');
  }

  /** Takes all connections that the server has left but so many. */
  async occupyConnections(leaving: number): Promise<Hold> {
    const { rows } = await this.admin.query<{ free: number }>(
      `SELECT current_setting('max_connections')::integer - count(*)::integer AS free
         FROM pg_stat_activity WHERE backend_type = 'client backend'`,
    );
    const clients: pg.Client[] = [];
    for (let free = rows[0]?.free ?? 0; free > leaving; free -= 1) {
      const client = await this.connect().catch((error: { code?: string }) => {
        if (error.code === TOO_MANY_CONNECTIONS) return undefined;
        throw error;
      });
      if (!client) break;
      clients.push(client);
    }
    return this.keep(clients);
  }

  /** Releases all that is held. */
  async close(): Promise<void> {
    await Promise.all(this.holds.map((hold) => hold.release()));
    await this.admin.end();
  }

  private async hold(...statements: string[]): Promise<Hold> {
    const client = await this.connect();
    const hold = this.keep([client]);
    for (const statement of statements) await client.query(statement);
    return hold;
  }

  private keep(clients: pg.Client[]): Hold {
    const hold = new Hold(clients, this.admin);
    this.holds.push(hold);
    return hold;
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client(this.options);
    // The server may end it: that is part of some scenarios.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private get options(): pg.ClientConfig {
    return { connectionString: this.url, application_name: OURS };
  }
}
