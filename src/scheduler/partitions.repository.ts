import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { ENGINE_POOL } from '../database/tokens.ts';
import { inTransaction } from '../database/transaction.ts';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
/** A Monday: weeks are counted from here. */
const EPOCH_MONDAY_MS = 4 * DAY_MS;

export interface Partition {
  name: string;
  from: Date;
  to: Date;
}

/** The week of the ledger, Monday to Monday in UTC, in which `instant` lies. */
export function partitionOf(instant: Date): Partition {
  const week = Math.floor((instant.getTime() - EPOCH_MONDAY_MS) / WEEK_MS);
  const from = new Date(EPOCH_MONDAY_MS + week * WEEK_MS);
  const to = new Date(from.getTime() + WEEK_MS);
  return { name: `runs_${from.toISOString().slice(0, 10).replaceAll('-', '')}`, from, to };
}

/** Divides the ledger by weeks. */
@Injectable()
export class PartitionsRepository {
  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {}

  async missing(partitions: Partition[]): Promise<Partition[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT relid::regclass::text AS name FROM pg_partition_tree('runs')`,
    );
    const existing = new Set(rows.map(({ name }) => name));
    return partitions.filter(({ name }) => !existing.has(name));
  }

  /**
   * Creates one partition. The lock on the whole table is asked for with little patience, since
   * everybody queues up behind it; made ahead of its week, a partition can wait for the next try.
   */
  async create({ name, from, to }: Partition): Promise<void> {
    await inTransaction(this.pool, async (transaction) => {
      await transaction.query(`SET LOCAL lock_timeout = '1s'`);
      await transaction.query(
        `CREATE TABLE IF NOT EXISTS ${name} PARTITION OF runs
            FOR VALUES FROM ('${from.toISOString()}') TO ('${to.toISOString()}')`,
      );
    });
  }
}
