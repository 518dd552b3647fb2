import { Injectable } from '@nestjs/common';
import { refuse } from '../common/validation.ts';
import type { Transaction } from '../database/transaction.ts';
import {
  type Chained,
  chainLength,
  type Chains,
  chainViolations,
  type JobGraph,
  MAX_CHAIN_JOBS,
  MAX_CHAIN_LENGTH,
  targetsOf,
  tooLongChain,
} from './chains.ts';
import { JobInChainError } from './job-errors.ts';
import type { Job } from './job.ts';

/** Tells this lock from others; its second number is the namespace. */
const CHAINS_LOCK = 1_128_352_841;
const MAX_STARTERS_NAMED = 10;

/** All jobs that a job may start: the expression of jobs_followers_idx. */
const TARGETS = 'on_success || on_failure || on_finish';

/**
 * Which jobs start which. Edits that add to it go one after the other, whichever jobs they change,
 * so that no two of them close a circle together; deletions share the lock among themselves. Who
 * waits for it may hold the lock of a job, and who has it waits for no other job until the end.
 */
@Injectable()
export class ChainsRepository {
  /**
   * Refuses jobs to start that do not exist, lead back to this job, or make too long a chain. A
   * change that adds none of them passes without a look.
   */
  async check(
    transaction: Transaction,
    job: Chained & Pick<Job, 'namespaceId'>,
    before?: Chains,
  ): Promise<void> {
    const known = before ? targetsOf(before) : [];
    const targets = targetsOf(job);
    if (targets.every((id) => known.includes(id))) return;

    await this.lock(transaction, job.namespaceId);
    const graph = await this.graphFrom(transaction, job.namespaceId, targets);
    refuse(chainViolations(job, graph));
    const isTooLong = await this.isTooLong(transaction, job, chainLength(job, graph));
    refuse(isTooLong ? [tooLongChain(job, graph)] : []);
  }

  /** Refuses to bury a job that living jobs start; none will name it before the transaction ends. */
  async checkUnnamed(transaction: Transaction, { namespaceId, id }: Job): Promise<void> {
    await transaction.query('SELECT pg_advisory_xact_lock_shared($1, $2)', [
      CHAINS_LOCK,
      namespaceId,
    ]);
    // Served by jobs_followers_idx, if the order does not tempt to read all jobs by their key.
    const { rows } = await transaction.query<{ id: number }>({
      name: 'chains.starters',
      text: `WITH starter AS MATERIALIZED (
               SELECT id FROM jobs
                WHERE ${TARGETS} @> ARRAY[$2::integer] AND ${TARGETS} <> '{}'
                  AND namespace_id = $1 AND deleted_at IS NULL
             )
             SELECT id FROM starter ORDER BY id LIMIT $3`,
      values: [namespaceId, id, MAX_STARTERS_NAMED],
    });
    const starters = rows.map((starter) => starter.id);
    if (starters.length > 0) throw new JobInChainError(id, starters);
  }

  private async lock(transaction: Transaction, namespaceId: number): Promise<void> {
    await transaction.query('SELECT pg_advisory_xact_lock($1, $2)', [CHAINS_LOCK, namespaceId]);
  }

  /** The living jobs that these lead to, or as many as show that there are too many. */
  private async graphFrom(
    transaction: Transaction,
    namespaceId: number,
    ids: readonly number[],
  ): Promise<JobGraph> {
    // One look-up by primary key for each job; the walk ends when nobody asks for more rows.
    const { rows } = await transaction.query<{ id: number; targets: number[] }>(
      `WITH RECURSIVE led_to (id) AS (
         SELECT unnest($2::integer[])
          UNION
         SELECT unnest(${TARGETS})
           FROM led_to JOIN jobs USING (id)
          WHERE namespace_id = $1 AND deleted_at IS NULL
       ), bounded AS (
         SELECT id FROM led_to LIMIT $3
       )
       SELECT id, ${TARGETS} AS targets
         FROM bounded JOIN jobs USING (id)
        WHERE namespace_id = $1 AND deleted_at IS NULL`,
      [namespaceId, ids, MAX_CHAIN_JOBS + 1],
    );
    return new Map(rows.map(({ id, targets }) => [id, targets]));
  }

  /** Whether `length` jobs in a row, this one being the first, are too many with those before it. */
  private async isTooLong(
    transaction: Transaction,
    { id, namespaceId }: Pick<Chained, 'id'> & Pick<Job, 'namespaceId'>,
    length: number,
  ): Promise<boolean> {
    if (length > MAX_CHAIN_LENGTH) return true;
    if (id === undefined) return false;
    // Served by jobs_followers_idx.
    const { rowCount } = await transaction.query(
      `WITH RECURSIVE starter (id, place) AS (
         SELECT $2::integer, 0
          UNION
         SELECT jobs.id, place + 1
           FROM starter
           JOIN jobs ON ${TARGETS} @> ARRAY[starter.id] AND ${TARGETS} <> '{}'
          WHERE place < $3 AND namespace_id = $1 AND deleted_at IS NULL
       )
       SELECT FROM starter WHERE place = $3 LIMIT 1`,
      [namespaceId, id, MAX_CHAIN_LENGTH + 1 - length],
    );
    return rowCount === 1;
  }
}
