import type pg from 'pg';
import { unmarkedEffect } from './effect.ts';

/** A connection inside a transaction. */
export type Transaction = pg.PoolClient;

/** Takes a statement: a connection, or a pool of them. */
export type Queryable = Pick<Transaction, 'query'>;

/**
 * Runs `work` in one transaction (READ COMMITTED: each statement sees what was committed before
 * it). It is for changes: inside an `Effect`, the first one carries the mark. A connection whose
 * transaction could not be ended cleanly is thrown away.
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
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => (broken = cause));
    throw error;
  } finally {
    client.release(broken);
  }
}
