import { Module } from '@nestjs/common';
import { HeldBackRepository } from './held-back.repository.ts';
import { InterventionsController } from './interventions.controller.ts';
import { InterventionsRepository } from './interventions.repository.ts';
import { RunsController } from './runs.controller.ts';
import { RunsRepository } from './runs.repository.ts';
import { RunsService } from './runs.service.ts';

@Module({
  controllers: [RunsController, InterventionsController],
  providers: [RunsService, RunsRepository, InterventionsRepository, HeldBackRepository],
})
export class RunsModule {}
