import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import { JOB_COLUMNS } from './job-columns.ts';
import type { Job } from './job.ts';
import { RevisionsRepository } from './revisions.repository.ts';

/** Ends schedules that have had their last occurrence. */
@Injectable()
export class JobEndingsRepository {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly revisions: RevisionsRepository,
  ) {}

  /**
   * Completes jobs at `at`, or at their latest change where that was later: they are kept, but no
   * longer active, and what is planned for later is not due any more. However many they are, that
   * takes three statements: ten thousand jobs for one instant end at that instant. The caller
   * holds the locks of the jobs.
   */
  async complete(transaction: Transaction, jobIds: readonly number[], at: Date): Promise<void> {
    if (jobIds.length === 0) return;

    const { rows } = await transaction.query<Job>(
      `UPDATE jobs
          SET is_active = false, next_run = NULL, revision = revision + 1,
              updated_at = greatest(updated_at, $2)
        WHERE id = ANY($1::integer[])
       RETURNING ${JOB_COLUMNS}`,
      [jobIds, at],
    );
    await this.ledger.withdrawPlanned(transaction, jobIds, at);
    await this.revisions.recordAll(
      transaction,
      rows.map((job) => ({ job, action: 'completed', actor: 'scheduler', at: job.updatedAt })),
    );
  }
}
