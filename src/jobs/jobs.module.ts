import { Module } from '@nestjs/common';
import { HandlersModule } from '../scheduler/jobs/handlers.module.ts';
import { BackfillsController } from './backfills/backfills.controller.ts';
import { BackfillsRepository } from './backfills/backfills.repository.ts';
import { BackfillsService } from './backfills/backfills.service.ts';
import { ExceptionsController } from './exceptions/exceptions.controller.ts';
import { ExceptionsService } from './exceptions/exceptions.service.ts';
import { JobStateModule } from './job-state.module.ts';
import { JobListRepository } from './job-list.repository.ts';
import { JobTimesController } from './job-times.controller.ts';
import { JobsController } from './jobs.controller.ts';
import { JobsRepository } from './jobs.repository.ts';
import { JobsService } from './jobs.service.ts';
import { PreviewService } from './preview.service.ts';
import { SchedulesController } from './schedules.controller.ts';

@Module({
  imports: [HandlersModule, JobStateModule],
  controllers: [
    JobsController,
    JobTimesController,
    ExceptionsController,
    BackfillsController,
    SchedulesController,
  ],
  providers: [
    JobsService,
    PreviewService,
    ExceptionsService,
    BackfillsService,
    BackfillsRepository,
    JobsRepository,
    JobListRepository,
  ],
})
export class JobsModule {}
