import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction } from '../database/transaction.ts';

const PARTITION = /^runs_(\d{4})(\d\d)(\d\d)$/;
const WEEK_MS = 7 * 86_400_000;

/** Forgets history that is older than it is kept. */
@Injectable()
export class PrunerRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  /** Names of the weekly partitions that end at or before `before`, oldest first. */
  async partitionsBefore(before: Date): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT relid::regclass::text AS name FROM pg_partition_tree('runs') ORDER BY 1`,
    );
    return rows.map(({ name }) => name).filter((name) => endOf(name) <= before.getTime());
  }

  /**
   * Drops a partition, unless something in it is still alive, and answers whether it is gone. As
   * with creating one, the lock on the whole table is asked for with little patience.
   */
  async drop(partition: string): Promise<boolean> {
    return inTransaction(this.pool, async (transaction) => {
      await transaction.query(`SET LOCAL lock_timeout = '1s'`);
      // The lock first: nothing can come alive in it afterwards.
      await transaction.query(`LOCK TABLE ONLY runs IN ACCESS EXCLUSIVE MODE`);
      const { rows } = await transaction.query(
        `SELECT FROM ${partition} WHERE wake_at IS NOT NULL LIMIT 1`,
      );
      if (rows.length > 0) return false;
      await transaction.query(`DROP TABLE ${partition}`);
      return true;
    });
  }

  /** Deletes ended runs that no weekly partition holds; answers how many. */
  async deleteStrays(before: Date, limit: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      `DELETE FROM runs_default
        WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM runs_default
               WHERE wake_at IS NULL AND scheduled_for < $1
                 AND coalesce(finished_at, scheduled_for) < $1
               LIMIT $2))`,
      [before, limit],
    );
    return rowCount ?? 0;
  }

  /** Forgets jobs that were deleted before, with their revisions; answers how many. */
  async forgetJobs(before: Date, limit: number): Promise<number> {
    return inTransaction(this.pool, async (transaction) => {
      const { rows } = await transaction.query<{ id: number }>(
        `DELETE FROM jobs
          WHERE id = ANY (ARRAY(SELECT id FROM jobs WHERE deleted_at < $1 LIMIT $2))
         RETURNING id`,
        [before, limit],
      );
      await transaction.query('DELETE FROM job_revisions WHERE job_id = ANY($1::integer[])', [
        rows.map(({ id }) => id),
      ]);
      return rows.length;
    });
  }
}

/** When the week of a partition is over, in milliseconds; never for the one that takes the rest. */
function endOf(partition: string): number {
  const [, year, month, day] = PARTITION.exec(partition) ?? [];
  return year === undefined ? Infinity : Date.UTC(+year, Number(month) - 1, Number(day)) + WEEK_MS;
}
