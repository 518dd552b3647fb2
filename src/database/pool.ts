import pg from 'pg';

/** How the sessions of this service introduce themselves in `pg_stat_activity`. */
const APPLICATION_NAME = 'job-scheduler';

/**
 * Limits of every session. A process that freezes inside a transaction hides the rows it has
 * locked from all others (`SKIP LOCKED`), so the server itself has to end that session.
 */
const SESSION_LIMITS = {
  idle_in_transaction_session_timeout: 5_000,
  statement_timeout: 10_000,
  lock_timeout: 5_000,
};

/**
 * What the engine's sessions tell the query planner besides. Their statements are prepared once,
 * often while a partition is new, and a plan made for an empty table reads all of the full one. Each
 * of these statements has an index that is right at any size, so nothing else is allowed.
 */
const ENGINE_PLANNING = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  jit: 'off',
};

const CONNECT_TIMEOUT_MS = 2_000;
/** Ends a wait for an answer that the server's own limits cannot end: a connection gone silent. */
const QUERY_TIMEOUT_MS = 12_000;

/** The options that a connection of ours has in common, pooled or not. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
}

export interface PoolOptions {
  url: string;
  size: number;
  /** `requests` answers the API; `engine` plans, claims and finishes. */
  use: 'requests' | 'engine';
  /** Told about every connection that breaks. */
  onError: (error: Error) => void;
}

/** A pool of connections with the limits that every session of ours has. */
export function createPool({ url, size, use, onError }: PoolOptions): pg.Pool {
  const settings = { ...SESSION_LIMITS, ...(use === 'engine' ? ENGINE_PLANNING : {}) };
  const pool = new pg.Pool({
    ...connectionOptions(url),
    max: size,
    query_timeout: QUERY_TIMEOUT_MS,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  });
  // The pool's own event covers idle connections only; one that breaks while it is borrowed and
  // no statement is under way would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined);
  return pool;
}
