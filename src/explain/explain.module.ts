import { Module } from '@nestjs/common';
import { RunsRepository } from '../runs/runs.repository.ts';
import { ExplainController } from './explain.controller.ts';
import { ExplainRepository } from './explain.repository.ts';
import { ExplainService } from './explain.service.ts';

@Module({
  controllers: [ExplainController],
  providers: [ExplainService, ExplainRepository, RunsRepository],
})
export class ExplainModule {}
