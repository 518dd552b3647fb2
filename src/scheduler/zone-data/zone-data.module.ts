import { Global, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { JobStateModule } from '../../jobs/job-state.module.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { AlignmentsRepository } from './alignments.repository.ts';
import { PlanningGate } from './planning-gate.ts';
import { RealignmentRepository } from './realignment.repository.ts';
import { ZoneDataRepository } from './zone-data.repository.ts';
import { ZoneDataStatus } from './zone-data-status.ts';
import { ZoneKeeper } from './zone-keeper.ts';

/** The zone data of a process, whatever its roles are. */
@Global()
@Module({
  imports: [JobStateModule],
  providers: [
    AlignmentsRepository,
    PlanningGate,
    RealignmentRepository,
    ZoneDataRepository,
    ZoneDataStatus,
    ZoneKeeper,
  ],
  exports: [PlanningGate, ZoneDataStatus, ZoneKeeper],
})
export class ZoneDataModule implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly status: ZoneDataStatus,
  ) {}

  onModuleInit(): void {
    this.metrics.gauge(
      'scheduler_zone_data_behind',
      'Whether next instants derive from newer zone data than this process has.',
      () => (this.status.isBehind ? 1 : 0),
    );
  }
}
