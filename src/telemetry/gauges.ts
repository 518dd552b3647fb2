import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { DatabaseClock } from '../database/database-clock.ts';
import { ENGINE_POOL, POOL } from '../database/tokens.ts';
import { BacklogRepository } from './backlog.repository.ts';
import { Metrics } from './metrics.ts';

/** Gauges that are read from the database and the pools when somebody asks for the metrics. */
@Injectable()
export class Gauges implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly backlog: BacklogRepository,
    private readonly clock: Clock,
    private readonly databaseClock: DatabaseClock,
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(ENGINE_POOL) private readonly enginePool: pg.Pool,
  ) {}

  onModuleInit(): void {
    const { metrics } = this;
    metrics.gauge('scheduler_due_runs', 'Runs that are due and have not started.', () =>
      this.backlog.dueRuns(this.clock.now()),
    );
    metrics.gauge(
      'scheduler_oldest_due_age_seconds',
      'How long the oldest due instant has been waiting.',
      () => this.oldestAgeSeconds(),
    );
    metrics.gauge(
      'scheduler_clock_skew_seconds',
      "How far this host's clock is ahead of the database.",
      () => this.databaseClock.skewMs() / 1_000,
    );
    metrics.watchPool('requests', this.pool);
    metrics.watchPool('engine', this.enginePool);
  }

  private async oldestAgeSeconds(): Promise<number> {
    const now = this.clock.now();
    const oldest = await this.backlog.oldestDue(now);
    return oldest ? (now.getTime() - oldest.getTime()) / 1_000 : 0;
  }
}
