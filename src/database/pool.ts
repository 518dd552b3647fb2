import pg from 'pg';

/** How the sessions of this service introduce themselves in `pg_stat_activity`. */
export const APPLICATION_NAME = 'job-scheduler';

/**
 * Limits of every session. A process that freezes inside a transaction hides the rows it has
 * locked from all others (`SKIP LOCKED`), so the server itself has to end that session.
 */
const SESSION_LIMITS = {
  idle_in_transaction_session_timeout: 5_000,
  statement_timeout: 10_000,
  lock_timeout: 5_000,
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

/**
 * The pool that Prisma and the hand-written statements share.
 * @param onError told about every connection that breaks.
 */
export function createPool(url: string, size: number, onError: (error: Error) => void): pg.Pool {
  const limits = Object.entries(SESSION_LIMITS).map(([name, ms]) => `-c ${name}=${ms}`);
  const pool = new pg.Pool({
    ...connectionOptions(url),
    max: size,
    query_timeout: QUERY_TIMEOUT_MS,
    options: limits.join(' '),
  });
  // The pool's own event covers idle connections only; one that breaks while it is borrowed and
  // no statement is under way would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', () => undefined);
  return pool;
}
