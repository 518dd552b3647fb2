import type pg from 'pg';

/** A connection inside a transaction. */
export type Transaction = pg.PoolClient;

/**
 * Runs `work` in one transaction (READ COMMITTED: each statement sees what was committed before
 * it). A connection whose transaction could not be ended cleanly is thrown away.
 */
export async function inTransaction<T>(
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
