import { Module } from '@nestjs/common';
import { HeldBackRepository } from '../runs/held-back.repository.ts';
import { LedgerRepository } from '../runs/ledger.repository.ts';
import { FollowUpsRepository } from './follow-ups.repository.ts';
import { JobChangesRepository } from './job-changes.repository.ts';
import { JobEndingsRepository } from './job-endings.repository.ts';
import { RevisionsRepository } from './revisions.repository.ts';

const REPOSITORIES = [
  FollowUpsRepository,
  HeldBackRepository,
  JobChangesRepository,
  JobEndingsRepository,
  LedgerRepository,
  RevisionsRepository,
];

/** What every role needs in order to change a job together with its runs. */
@Module({ providers: REPOSITORIES, exports: REPOSITORIES })
export class JobStateModule {}
