import pg from 'pg';
import { isUnavailable } from '../common/unavailable.ts';
import { ConnectionGate } from './connection-gate.ts';
import { clientBehind } from './gated-client.ts';
import { RequestPool } from './request-pool.ts';

/** How the sessions of this service introduce themselves in `pg_stat_activity`. */
const APPLICATION_NAME = 'job-scheduler';

/**
 * Limits of every session, in milliseconds. A process that freezes inside a transaction hides the
 * rows it has locked from all others (`SKIP LOCKED`), so the server itself has to end that session.
 * No shorter: a process that merely got no time on a busy machine would lose its work.
 */
const SESSION_LIMITS = {
  idle_in_transaction_session_timeout: 5_000,
  statement_timeout: 8_000,
};

/**
 * How long a statement waits for a lock. The engine has time, and is first when the lock is free;
 * who waits for an answer is told to come back.
 */
const LOCK_TIMEOUT_MS = { engine: 5_000, requests: 3_000 };

/**
 * A transaction as a whole: each of its statements may end just within its own limit. Known to the
 * server from PostgreSQL 17 on, which a connection learns only when it stands.
 */
const TRANSACTION_TIMEOUT_MS = 15_000;
const LIMIT_TRANSACTIONS = `
  SELECT set_config('transaction_timeout', '${TRANSACTION_TIMEOUT_MS}', false)
   WHERE current_setting('server_version_num')::integer >= 170000`;

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
/**
 * Ends a wait for an answer that the server's own limits cannot end, since the line has gone
 * silent. A little longer than those: an answer, even a refusal, is better than none.
 */
const QUERY_TIMEOUT_MS = 9_000;
/** A line that nobody uses is tried out by the system after so long. */
const KEEP_ALIVE_MS = 10_000;

/** The options that a connection of ours has in common, pooled or not. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/** Settings of a session, as the start of a connection takes them. */
export function startOptions(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

export interface PoolOptions {
  url: string;
  size: number;
  /** `requests` answers the API; `engine` plans, claims and finishes. */
  use: 'requests' | 'engine';
  /** Told about every connection that breaks. */
  onError: (error: Error) => void;
  /** Shared by all that connect to the same database; a pool has its own when it is left out. */
  gate?: ConnectionGate;
}

/** A pool of connections with the limits that every session of ours has. */
export function createPool(options: PoolOptions): pg.Pool {
  const { use, onError, gate = new ConnectionGate() } = options;
  const pool = use === 'engine' ? enginePool(options, gate) : requestPool(options, gate);
  pool.on('connect', (client) => {
    // The pool's own event covers idle connections only; one that breaks while it is borrowed and
    // no statement is under way would end the process.
    client.on('error', onError);
    // Goes ahead of whatever the connection is for, without anybody waiting for it.
    client.query(LIMIT_TRANSACTIONS).catch(() => undefined);
  });
  pool.on('error', () => undefined);
  pool.on('release', (error) => {
    if (isUnavailable(error)) gate.doubt();
  });
  return pool;
}

/** Keeps its connections: one that it gives up may not be had again when the server is full. */
function enginePool(options: PoolOptions, gate: ConnectionGate): pg.Pool {
  return new pg.Pool({ ...poolConfig(options, gate, ENGINE_PLANNING), idleTimeoutMillis: 0 });
}

/** Keeps one connection, so that no caller has to wait for the first. */
function requestPool(options: PoolOptions, gate: ConnectionGate): pg.Pool {
  return new RequestPool({ ...poolConfig(options, gate), min: 1 });
}

function poolConfig(
  { url, size, use }: PoolOptions,
  gate: ConnectionGate,
  planning: Record<string, string> = {},
): pg.PoolConfig {
  return {
    ...connectionOptions(url),
    Client: clientBehind(gate),
    max: size,
    query_timeout: QUERY_TIMEOUT_MS,
    options: startOptions({ ...SESSION_LIMITS, lock_timeout: LOCK_TIMEOUT_MS[use], ...planning }),
  };
}
