import { Module } from '@nestjs/common';
import { HandlersModule } from '../scheduler/jobs/handlers.module.ts';
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
  controllers: [JobsController, JobTimesController, SchedulesController],
  providers: [JobsService, PreviewService, JobsRepository, JobListRepository],
})
export class JobsModule {}
