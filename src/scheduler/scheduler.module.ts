import { Module } from '@nestjs/common';
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
  providers: [
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
