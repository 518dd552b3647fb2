import { Module } from '@nestjs/common';
import { RunsController } from './runs.controller.ts';
import { RunsRepository } from './runs.repository.ts';
import { RunsService } from './runs.service.ts';

@Module({
  controllers: [RunsController],
  providers: [RunsService, RunsRepository],
})
export class RunsModule {}
