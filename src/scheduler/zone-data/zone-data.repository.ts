import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../../database/tokens.ts';
import { inTransaction, type Queryable, type Transaction } from '../../database/transaction.ts';
import type { ZoneDataState } from './zone-data-state.ts';

const STATE = `version, since, done_up_to AS "doneUpTo", repeat_at AS "repeatAt"`;

/** Which zone data the stored next instants derive from. */
@Injectable()
export class ZoneDataRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  /** Makes the state what `decide` makes of it, and answers that. */
  async change(decide: (state: ZoneDataState) => ZoneDataState): Promise<ZoneDataState> {
    const seen = await this.read(this.pool);
    // Nearly always: then nobody has to wait for the one who works on it.
    if (decide(seen) === seen) return seen;

    return inTransaction(this.pool, async (transaction) => {
      const state = await this.lock(transaction);
      const changed = decide(state);
      if (changed !== state) await this.save(transaction, changed);
      return changed;
    });
  }

  /** The state as it is until the transaction ends. Comes before the lock of any job. */
  async lock(transaction: Transaction): Promise<ZoneDataState> {
    return this.read(transaction, 'FOR UPDATE');
  }

  async save(
    transaction: Transaction,
    { version, since, doneUpTo, repeatAt }: ZoneDataState,
  ): Promise<void> {
    await transaction.query(
      `UPDATE zone_data SET version = $1, since = $2, done_up_to = $3, repeat_at = $4`,
      [version, since, doneUpTo, repeatAt],
    );
  }

  private async read(connection: Queryable, lock = ''): Promise<ZoneDataState> {
    const { rows } = await connection.query<ZoneDataState>(
      `SELECT ${STATE} FROM zone_data ${lock}`,
    );
    return rows[0] as ZoneDataState;
  }
}
