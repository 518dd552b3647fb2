import { Module } from '@nestjs/common';
import { HandlersModule } from '../scheduler/jobs/handlers.module.ts';
import { BackfillsController } from './backfills/backfills.controller.ts';
import { BackfillsRepository } from './backfills/backfills.repository.ts';
import { BackfillsService } from './backfills/backfills.service.ts';
import { ExceptionsController } from './exceptions/exceptions.controller.ts';
import { ExceptionsService } from './exceptions/exceptions.service.ts';
import { ChainsRepository } from './chains.repository.ts';
import { JobStateModule } from './job-state.module.ts';
import { JobListRepository } from './job-list.repository.ts';
import { JobTimesController } from './job-times.controller.ts';
import { JobsController } from './jobs.controller.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';
import { BulkController } from './bulk/bulk.controller.ts';
import { BulkRepository } from './bulk/bulk.repository.ts';
import { BulkService } from './bulk/bulk.service.ts';
import { PausesController } from './pauses/pauses.controller.ts';
import { PausesService } from './pauses/pauses.service.ts';
import { RevisionListRepository } from './revisions/revision-list.repository.ts';
import { RevisionsController } from './revisions/revisions.controller.ts';
import { RevisionsService } from './revisions/revisions.service.ts';
import { PreviewService } from './preview.service.ts';
import { SchedulesController } from './schedules.controller.ts';

@Module({
  imports: [HandlersModule, JobStateModule],
  controllers: [
    JobsController,
    JobTimesController,
    ExceptionsController,
    BackfillsController,
    PausesController,
    RevisionsController,
    BulkController,
    SchedulesController,
  ],
  providers: [
    JobsService,
    PreviewService,
    ExceptionsService,
    BackfillsService,
    BackfillsRepository,
    PausesService,
    RevisionsService,
    RevisionListRepository,
    BulkService,
    BulkRepository,
    ChainsRepository,
    JobsRepository,
    JobListRepository,
  ],
})
export class JobsModule {}
