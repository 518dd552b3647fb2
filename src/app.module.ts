import { type DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { CalendarsModule } from './calendars/calendars.module.ts';
import { CommonModule } from './common/common.module.ts';
import { Config, type Role } from './config/config.ts';
import { DatabaseModule } from './database/database.module.ts';
import { DATABASE_URL } from './database/tokens.ts';
import { ExplainModule } from './explain/explain.module.ts';
import { ForecastModule } from './forecast/forecast.module.ts';
import { HealthModule } from './health/health.module.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { JobsModule } from './jobs/jobs.module.ts';
import { RunsModule } from './runs/runs.module.ts';
import { SchedulerModule } from './scheduler/scheduler.module.ts';
import { ZoneDataModule } from './scheduler/zone-data/zone-data.module.ts';
import { SimulationModule } from './simulation/simulation.module.ts';
import { TelemetryModule } from './telemetry/telemetry.module.ts';
import { WorkerModule } from './worker/worker.module.ts';

/** What each role adds. Every process also answers for its health and its metrics. */
const MODULES_OF: Record<Role, Type[]> = {
  api: [
    IdempotencyModule,
    JobsModule,
    CalendarsModule,
    RunsModule,
    ExplainModule,
    ForecastModule,
    SimulationModule,
  ],
  scheduler: [SchedulerModule],
  worker: [WorkerModule],
};

/** What is decided before the application is put together. */
@Global()
@Module({})
class SettingsModule {
  static of(config: Config, databaseUrl: string): DynamicModule {
    const providers = [
      { provide: Config, useValue: config },
      { provide: DATABASE_URL, useValue: databaseUrl },
    ];
    return { module: SettingsModule, providers, exports: [Config, DATABASE_URL] };
  }
}

/** One image for every process: the configuration says which roles it plays. */
@Module({})
export class AppModule {
  static of(config: Config, databaseUrl: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.of(config, databaseUrl),
        CommonModule,
        DatabaseModule,
        TelemetryModule,
        HealthModule,
        ZoneDataModule,
        ...config.ROLES.flatMap((role) => MODULES_OF[role]),
      ],
    };
  }
}
