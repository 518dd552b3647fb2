import pg from 'pg';
import { isUnavailable } from '../common/unavailable.ts';
import { unmarkedEffect } from './effect.ts';

/** A connection inside a transaction. */
export type Transaction = pg.PoolClient;

/** Takes a statement: a connection, or a pool of them. */
export type Queryable = Pick<Transaction, 'query'>;

/** How often a transaction is tried that had to give way to another one. */
const ATTEMPTS = 3;
/** SQLSTATEs of a deadlock and of a conflict: nothing of it has happened, and it may be repeated. */
const GAVE_WAY = /^(40P01|40001)$/;
/** SQLSTATE of a server that has become a standby: others are the place for changes now. */
const READ_ONLY = '25006';

/**
 * Runs `work` in one transaction (READ COMMITTED: each statement sees what was committed before
 * it). It is for changes: inside an `Effect`, the first one carries the mark. `work` may be done
 * more than once: a transaction that gives way to another one is repeated from its beginning. A
 * connection whose transaction could not be ended cleanly is thrown away.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const effect = unmarkedEffect();
  return effect ? effect.include(work, (marked) => transact(pool, marked)) : transact(pool, work);
}

/**
 * Runs a change that is a single statement. That needs no transaction of its own, which would
 * cost two round trips, except where the mark of an `Effect` has to go with it.
 */
export async function inEffect<T>(
  pool: pg.Pool,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  return unmarkedEffect() ? inTransaction(pool, work) : work(pool);
}

async function transact<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transactOnce(pool, work);
    } catch (error) {
      if (attempt === ATTEMPTS || !hasGivenWay(error)) throw error;
    }
  }
}

async function transactOnce<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    broken = isUsable(error) ? await rollBack(client) : (error as Error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Answers what keeps the connection from being used again, if anything. */
async function rollBack(client: Transaction): Promise<Error | undefined> {
  return client.query('ROLLBACK').then(
    () => undefined,
    (error: Error) => error,
  );
}

/** A line that has gone silent does not answer a `ROLLBACK` either. */
function isUsable(error: unknown): boolean {
  return error instanceof pg.DatabaseError ? error.code !== READ_ONLY : !isUnavailable(error);
}

function hasGivenWay(error: unknown): boolean {
  return error instanceof pg.DatabaseError && GAVE_WAY.test(error.code ?? '');
}
