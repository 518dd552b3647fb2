import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';

/** Removes idempotency keys that are past their time. */
@Injectable()
export class KeyForgetterRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  /** Removes up to `limit` keys that were made by `until`, the oldest first; answers how many. */
  async forget(until: Date, limit: number): Promise<number> {
    // Served by idempotency_keys_created_at_idx, then by the primary key. SKIP LOCKED lets several
    // schedulers share the work instead of waiting for each other.
    const { rowCount } = await this.pool.query({
      name: 'key-forgetter.forget',
      text: `DELETE FROM idempotency_keys AS keys
              USING (SELECT namespace_id, key FROM idempotency_keys
                      WHERE created_at <= $1
                      ORDER BY created_at
                      LIMIT $2
                        FOR UPDATE SKIP LOCKED) AS expired
              WHERE keys.namespace_id = expired.namespace_id AND keys.key = expired.key`,
      values: [until, limit],
    });
    return rowCount ?? 0;
  }
}
