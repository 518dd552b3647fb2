import { Module } from '@nestjs/common';
import { KeyForgetter } from './key-forgetter.ts';
import { KeyForgetterRepository } from './key-forgetter.repository.ts';
import { JobStateModule } from '../jobs/job-state.module.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { PartitionsRepository } from './partitions.repository.ts';
import { Planner } from './planner.ts';
import { PlannerRepository } from './planner.repository.ts';
import { Reconciler } from './reconciler.ts';
import { ReconcilerRepository } from './reconciler.repository.ts';
import { Rescuer } from './rescuer.ts';
import { RescuerRepository } from './rescuer.repository.ts';

/** The role `scheduler`: plans what becomes due, and repairs what went wrong. */
@Module({
  imports: [JobStateModule],
  providers: [
    KeyForgetter,
    KeyForgetterRepository,
    PartitionKeeper,
    PartitionsRepository,
    Planner,
    PlannerRepository,
    Reconciler,
    ReconcilerRepository,
    Rescuer,
    RescuerRepository,
  ],
  exports: [Planner, Reconciler, Rescuer],
})
export class SchedulerModule {}
