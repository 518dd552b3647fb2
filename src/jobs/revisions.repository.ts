import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import type { Job } from './job.ts';
import { type Actor, type RevisionAction, snapshotOf } from './revision.ts';

/** Every state that a job has ever had. */
@Injectable()
export class RevisionsRepository {
  /** Keeps the state that a change has led to, in the transaction of the change. */
  async record(
    transaction: Transaction,
    job: Job,
    { action, actor, at }: { action: RevisionAction; actor: Actor; at: Date },
  ): Promise<void> {
    await transaction.query({
      name: 'revisions.record',
      text: `INSERT INTO job_revisions (job_id, revision, namespace_id, action, actor, at, definition)
             VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      values: [job.id, job.revision, job.namespaceId, action, actor, at, snapshotOf(job)],
    });
  }
}
