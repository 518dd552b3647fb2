import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction.ts';
import type { Job } from './job.ts';
import { type Actor, type RevisionAction, snapshotOf } from './revision.ts';

/** What has become of a job, and through whom. */
export interface MadeRevision {
  job: Job;
  action: RevisionAction;
  actor: Actor;
  at: Date;
}

/** Every state that a job has ever had. */
@Injectable()
export class RevisionsRepository {
  /** Keeps the state that a change has led to, in the transaction of the change. */
  async record(transaction: Transaction, job: Job, made: Omit<MadeRevision, 'job'>): Promise<void> {
    await this.recordAll(transaction, [{ job, ...made }]);
  }

  /** The same for changes of several jobs, in one statement. */
  async recordAll(transaction: Transaction, made: readonly MadeRevision[]): Promise<void> {
    await transaction.query({
      name: 'revisions.record',
      text: `INSERT INTO job_revisions (job_id, revision, namespace_id, action, actor, at, definition)
             SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::text[],
                                  $5::text[], $6::timestamptz[], $7::jsonb[])`,
      values: [
        made.map(({ job }) => job.id),
        made.map(({ job }) => job.revision),
        made.map(({ job }) => job.namespaceId),
        made.map(({ action }) => action),
        made.map(({ actor }) => actor),
        made.map(({ at }) => at),
        made.map(({ job }) => JSON.stringify(snapshotOf(job))),
      ],
    });
  }
}
