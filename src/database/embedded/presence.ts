import pg from 'pg';

/** Any number will do, as long as all processes use the same one. */
const PRESENCE_LOCK = 7_205_759_411;

const CONNECT_TIMEOUT_MS = 5_000;
/** Whoever holds the lock alone is stopping the server, which soon ends this wait by itself. */
const LOCK_TIMEOUT_MS = 60_000;

/**
 * One process' presence at the server: a session that holds a shared lock. It goes with its
 * process, however that ends, and so the server itself always knows who is still there.
 */
export class Presence {
  private constructor(private readonly client: pg.Client) {}

  /** @param onLost told once when the session breaks; never after `close`. */
  static async open(url: string, onLost: () => void): Promise<Presence> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'job-scheduler presence',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      options: `-c lock_timeout=${LOCK_TIMEOUT_MS} -c statement_timeout=0`,
    });
    // A broken connection is told by its end; without a listener the error would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock_shared($1)', [PRESENCE_LOCK]);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    client.once('end', onLost);
    return new Presence(client);
  }

  /**
   * Gives up the shared lock and tries to get the lock alone: true means that nobody else is
   * present, and nobody can become present before this session ends. Of several that leave
   * together the last one to let go gets it, since each lets go before it tries.
   */
  async isLast(): Promise<boolean> {
    await this.client.query('SELECT pg_advisory_unlock_shared($1)', [PRESENCE_LOCK]);
    const { rows } = await this.client.query<{ alone: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS alone',
      [PRESENCE_LOCK],
    );
    return rows[0]?.alone === true;
  }

  async close(): Promise<void> {
    this.client.removeAllListeners('end');
    await this.client.end().catch(() => undefined);
  }
}
