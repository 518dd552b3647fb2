import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../../database/tokens.ts';
import { inTransaction } from '../../database/transaction.ts';

/** Which jobs are meant: by id, or by labels, all of which must hold. */
export type JobSelector = { ids: readonly number[] } | { labels: readonly string[] };

export interface SelectedJobs {
  /** In order. */
  ids: number[];
  /** How many there are, however many the ids are limited to. */
  count: number;
}

/** Finds living jobs by the dozen. */
@Injectable()
export class BulkRepository {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  /**
   * The living jobs that a selector means. In a transaction, though it only reads: the first one of
   * a request bears the mark that the request has had its effect, and those that follow, some at a
   * time, have to find it done.
   */
  async select(namespaceId: number, selector: JobSelector, limit: number): Promise<SelectedJobs> {
    const [condition, values] = 'ids' in selector ? byIds(selector.ids) : byLabels(selector.labels);
    const { rows } = await inTransaction(this.pool, (transaction) =>
      transaction.query<{ id: number; count: number }>(
        `SELECT id, (count(*) OVER ())::integer AS count
           FROM jobs
          WHERE namespace_id = $1 AND deleted_at IS NULL AND ${condition}
          ORDER BY id
          LIMIT $2`,
        [namespaceId, limit, ...values],
      ),
    );
    return { ids: rows.map(({ id }) => id), count: rows[0]?.count ?? 0 };
  }
}

function byIds(ids: readonly number[]): [condition: string, values: unknown[]] {
  return ['id = ANY($3::integer[])', [ids]];
}

function byLabels(labels: readonly string[]): [condition: string, values: unknown[]] {
  const parts = labels.map((label) => label.split(/=(.*)/s) as [name: string, value?: string]);
  const names = parts.flatMap(([name, value]) => (value === undefined ? [name] : []));
  const pairs = parts.flatMap(([name, value]) =>
    value === undefined ? [] : [JSON.stringify({ [name]: value })],
  );
  return ['jsonb_exists_all(labels, $3::text[]) AND labels @> ALL ($4::jsonb[])', [names, pairs]];
}
