import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { POOL } from '../database/tokens.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Answer } from './answer.ts';
import type { PastRequest } from './answer-again.ts';
import { IdempotencyInProgressError } from './idempotency-errors.ts';
import type { KeyedRequest } from './keyed-request.ts';

const LOCK_NOT_AVAILABLE = '55P03';

/** The keys of requests that have had their effect. Every statement goes by the primary key. */
@Injectable()
export class IdempotencyKeysRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async find({ namespaceId, key }: KeyedRequest): Promise<PastRequest | undefined> {
    const { rows } = await this.pool.query<PastRequest>({
      name: 'idempotency-keys.find',
      text: `SELECT fingerprint, status, headers, body, created_at AS "createdAt"
               FROM idempotency_keys
              WHERE namespace_id = $1 AND key = $2`,
      values: [namespaceId, key],
    });
    return rows[0];
  }

  /**
   * Writes the key into the transaction of its effect, or throws since somebody else has done so.
   * While another transaction with this key is open, the statement waits for its end: then the
   * key is there, or free again.
   */
  async mark(transaction: Transaction, request: KeyedRequest, now: Date): Promise<void> {
    const { namespaceId, key, fingerprint } = request;
    const { rowCount } = await transaction
      .query({
        name: 'idempotency-keys.mark',
        text: `INSERT INTO idempotency_keys (namespace_id, key, fingerprint, created_at)
               VALUES ($1, $2, $3, $4)
                   ON CONFLICT (namespace_id, key) DO NOTHING`,
        values: [namespaceId, key, fingerprint, now],
      })
      .catch((error: unknown) => throwInProgress(error, key));
    if (rowCount === 0) throw new IdempotencyInProgressError(key);
  }

  /** Writes down what was answered; a body of null says that it is not kept. */
  async keep(
    { namespaceId, key }: KeyedRequest,
    { status, headers, body }: Omit<Answer, 'body'> & { body: string | null },
  ): Promise<void> {
    await this.pool.query({
      name: 'idempotency-keys.keep',
      text: `UPDATE idempotency_keys
                SET status = $3, headers = $4, body = $5
              WHERE namespace_id = $1 AND key = $2`,
      values: [namespaceId, key, status, headers, body],
    });
  }

  /** Lets go of a key whose request has changed nothing. */
  async release({ namespaceId, key }: KeyedRequest): Promise<void> {
    await this.pool.query({
      name: 'idempotency-keys.release',
      text: `DELETE FROM idempotency_keys WHERE namespace_id = $1 AND key = $2`,
      values: [namespaceId, key],
    });
  }
}

/** The other transaction has been open for longer than a session waits. */
function throwInProgress(error: unknown, key: string): never {
  const waited = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
  throw waited ? new IdempotencyInProgressError(key) : error;
}
