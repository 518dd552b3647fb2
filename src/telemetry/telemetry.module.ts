import { Global, Module } from '@nestjs/common';
import { BacklogRepository } from './backlog.repository.ts';
import { Gauges } from './gauges.ts';
import { MetricsController } from './metrics.controller.ts';
import { Metrics } from './metrics.ts';

@Global()
@Module({
  controllers: [MetricsController],
  providers: [Metrics, Gauges, BacklogRepository],
  exports: [Metrics],
})
export class TelemetryModule {}
