import { Global, Module } from '@nestjs/common';
import { BacklogRepository } from './backlog.repository.ts';
import { Gauges } from './gauges.ts';
import { MetricsController } from './metrics.controller.ts';
import { Metrics } from './metrics.ts';
import { SkewWatch } from './skew-watch.ts';

@Global()
@Module({
  controllers: [MetricsController],
  providers: [Metrics, Gauges, BacklogRepository, SkewWatch],
  exports: [Metrics],
})
export class TelemetryModule {}
