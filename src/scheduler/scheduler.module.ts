import { Module } from '@nestjs/common';
import { KeyForgetter } from './key-forgetter.ts';
import { KeyForgetterRepository } from './key-forgetter.repository.ts';
import { JobStateModule } from '../jobs/job-state.module.ts';
import { PartitionKeeper } from './partition-keeper.ts';
import { PartitionsRepository } from './partitions.repository.ts';
import { Planner } from './planner.ts';
import { PlannerRepository } from './planner.repository.ts';
import { Pruner } from './pruner.ts';
import { PrunerRepository } from './pruner.repository.ts';
import { Reconciler } from './reconciler.ts';
import { ReconcilerRepository } from './reconciler.repository.ts';
import { Rescuer } from './rescuer.ts';
import { RescuerRepository } from './rescuer.repository.ts';
import { Resumer } from './resumer.ts';
import { ResumerRepository } from './resumer.repository.ts';

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
    Pruner,
    PrunerRepository,
    Reconciler,
    ReconcilerRepository,
    Rescuer,
    RescuerRepository,
    Resumer,
    ResumerRepository,
  ],
  exports: [Planner, Reconciler, Rescuer, Resumer],
})
export class SchedulerModule {}
