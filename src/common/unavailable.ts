import { types } from 'node:util';
import pg from 'pg';
import { AppError } from './errors.ts';

/** What a client is answered while the database cannot do its part; nothing has gone wrong here. */
export class DatabaseUnavailableError extends AppError {
  readonly code = 'DATABASE_UNAVAILABLE';
  readonly status = 503;

  constructor() {
    super('The database cannot serve this request right now: send it again in a moment');
  }
}

/** What everybody is answered before the service has begun. */
export class ServiceStartingError extends AppError {
  readonly code = 'SERVICE_STARTING';
  readonly status = 503;

  constructor() {
    super('The service is starting: send the request again in a moment');
  }
}

/** There is no connection to be had: none could be made, or none became free in time. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
}

/**
 * SQLSTATEs that mean "not now": connection (08), resources (53), operator (57P), time limits and
 * locks, conflicts with another transaction, and a server that has become a standby.
 */
const NOT_NOW = /^(08|53|57P0|57014|55P03|25P03|25P04|25006|40001|40P01)/;
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET)/;
/** The driver tells these by their text alone. */
const LOST_CONNECTION =
  /^(timeout expired|timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;
/** Prisma's names for a server that it cannot reach, and for one that went away. */
const PRISMA_KINDS = /^(DatabaseNotReachable|ConnectionClosed|SocketTimeout)$/;

/** Whether the same would succeed if the database were there, and had time. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return NOT_NOW.test(error.code ?? '');
  if (!types.isNativeError(error)) return false;
  return (
    error instanceof NoConnectionError ||
    isOfNetwork(error) ||
    LOST_CONNECTION.test(error.message) ||
    isOfPrisma(error)
  );
}

function isOfNetwork(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined) return false;
  // The socket file of a server on this host is there as long as the server is.
  return NETWORK.test(code) || (code === 'ENOENT' && syscall === 'connect');
}

/** Prisma keeps what the driver threw in a form of its own. */
function isOfPrisma({ name, meta }: Error & { meta?: unknown }): boolean {
  if (!name.startsWith('PrismaClient')) return false;
  const { driverAdapterError } = (meta ?? {}) as { driverAdapterError?: { cause?: DriverCause } };
  const { originalCode = '', kind = '' } = driverAdapterError?.cause ?? {};
  return NOT_NOW.test(originalCode) || PRISMA_KINDS.test(kind);
}

interface DriverCause {
  /** The SQLSTATE. */
  originalCode?: string;
  kind?: string;
}
