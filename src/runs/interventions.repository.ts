import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { POOL } from '../database/tokens.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { HeldBackRepository } from './held-back.repository.ts';
import { runId } from './run-id.ts';
import type { RunStatus } from './run-state.ts';
import type { RunKey } from './run.ts';

/** A run as far as it matters for what may be done to it. */
export interface Target {
  status: RunStatus;
  attempt: number;
  /** How many instants a skipped range covers; null for a run of one. */
  rangeCount: number | null;
  isJobDeleted: boolean;
}

/** Throws to leave everything as it is. */
type Check = (target: Target) => void;

/**
 * What somebody does to a single run, under the lock of its job: so no claim and no edit comes in
 * between, and all starts by hand at one instant get numbers of their own.
 */
@Injectable()
export class InterventionsRepository {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    private readonly heldBack: HeldBackRepository,
  ) {}

  /**
   * Cancels a living run, and has the worker end it that carries it out. The new fencing number
   * shuts that worker out at once. Answers whether there is such a run.
   */
  async cancel(
    namespaceId: number,
    key: RunKey,
    { reason, at }: { reason: string; at: Date },
    check: Check,
  ): Promise<boolean> {
    const cancelled = await this.withTarget(namespaceId, key, async (transaction, target) => {
      check(target);
      await transaction.query({
        name: 'interventions.cancel',
        text: `UPDATE runs
                  SET status = 'cancelled', reason = $4, finished_at = $5, wake_at = NULL,
                      fence = fence + 1
                WHERE job_id = $1 AND scheduled_for = $2 AND ordinal = $3`,
        values: [...valuesOf(key), reason, at],
      });
      if (target.status === 'running') {
        await transaction.query(`SELECT pg_notify('scheduler_cancelled', $1)`, [runId(key)]);
      }
      await this.letNextIn(transaction, key.jobId, target, at);
      return true;
    });
    return cancelled ?? false;
  }

  /** Queues a new run like one that is over. Answers its key; undefined: there is no such run. */
  async retry(
    namespaceId: number,
    key: RunKey,
    now: Date,
    check: Check,
  ): Promise<RunKey | undefined> {
    return this.withTarget(namespaceId, key, async (transaction, target) => {
      check(target);
      // Copied by the database: JSON that goes through JavaScript may lose digits on its way.
      const { rows } = await transaction.query<{ ordinal: number }>({
        name: 'interventions.retry',
        text: `INSERT INTO runs (job_id, scheduled_for, ordinal, namespace_id, nominal_for, status,
                                 trigger, priority, queued_at, wake_at, payload, cause)
               SELECT job_id, scheduled_for,
                      (SELECT max(ordinal) + 1 FROM runs WHERE job_id = $1 AND scheduled_for = $2),
                      namespace_id, nominal_for, 'queued', 'retry',
                      (SELECT priority FROM jobs WHERE id = $1), $4, $4, payload, cause
                 FROM runs
                WHERE job_id = $1 AND scheduled_for = $2 AND ordinal = $3
               RETURNING ordinal`,
        values: [...valuesOf(key), now],
      });
      await transaction.query(`SELECT pg_notify('scheduler_runs', '')`);
      return { ...key, ordinal: rows[0]?.ordinal as number };
    });
  }

  /** Answers undefined when there is no such run. */
  private async withTarget<T>(
    namespaceId: number,
    key: RunKey,
    work: (transaction: Transaction, target: Target) => Promise<T>,
  ): Promise<T | undefined> {
    return inTransaction(this.pool, async (transaction) => {
      await transaction.query({
        name: 'interventions.lockJob',
        text: 'SELECT FROM jobs WHERE id = $1 FOR NO KEY UPDATE',
        values: [key.jobId],
      });
      // The end of an attempt takes no lock but this one: after the wait the row is as it left it.
      const { rows } = await transaction.query<Target>({
        name: 'interventions.lockRun',
        text: `SELECT status, attempt, range_count AS "rangeCount",
                      NOT EXISTS (SELECT FROM jobs
                                   WHERE id = job_id AND deleted_at IS NULL) AS "isJobDeleted"
                 FROM runs
                WHERE job_id = $1 AND scheduled_for = $2 AND ordinal = $3 AND namespace_id = $4
                  FOR UPDATE`,
        values: [...valuesOf(key), namespaceId],
      });
      return rows[0] && work(transaction, rows[0]);
    });
  }

  /** Runs may be held back until this one ends; what was not active has kept nobody waiting. */
  private async letNextIn(
    transaction: Transaction,
    jobId: number,
    { status, attempt }: Target,
    now: Date,
  ): Promise<void> {
    const wasActive = status === 'running' || (status === 'queued' && attempt > 0);
    if (wasActive) await this.heldBack.release(transaction, [jobId], now);
    // It may have been its turn: then it is the turn of the next one.
    else await this.heldBack.releaseIdle(transaction, now, [jobId]);
  }
}

function valuesOf({ jobId, scheduledFor, ordinal }: RunKey): unknown[] {
  return [jobId, scheduledFor, ordinal];
}
