import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { FailureRow } from '../common/failure-row.ts';
import { Config } from '../config/config.ts';
import { PrismaService } from '../prisma.service.ts';
import { ConnectionGate } from './connection-gate.ts';
import { DatabaseClock } from './database-clock.ts';
import { Notifications } from './notifications.ts';
import { createPool, type PoolOptions } from './pool.ts';
import { DATABASE_URL, ENGINE_POOL, POOL } from './tokens.ts';

/** One each for planner, claims, ends, leases, and one for whatever else comes along. */
const ENGINE_CONNECTIONS = 5;

function opener(use: PoolOptions['use'], size: (config: Config) => number) {
  const logger = new Logger('Pool');
  const breaks = new FailureRow();
  const onError = (error: Error) => {
    if (breaks.begins()) logger.warn({ message: `A connection for ${use} broke`, err: error });
  };
  return (url: string, config: Config, gate: ConnectionGate): pg.Pool =>
    createPool({ url, use, size: size(config), onError, gate });
}

/** The database as everything else sees it: its pools, its clock, its announcements. */
@Global()
@Module({
  providers: [
    ConnectionGate,
    {
      provide: POOL,
      useFactory: opener('requests', ({ DATABASE_POOL_SIZE }) => DATABASE_POOL_SIZE),
      inject: [DATABASE_URL, Config, ConnectionGate],
    },
    {
      provide: ENGINE_POOL,
      useFactory: opener('engine', () => ENGINE_CONNECTIONS),
      inject: [DATABASE_URL, Config, ConnectionGate],
    },
    DatabaseClock,
    { provide: Clock, useExisting: DatabaseClock },
    Notifications,
    PrismaService,
  ],
  exports: [POOL, ENGINE_POOL, Clock, DatabaseClock, Notifications, PrismaService],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(POOL) private readonly pool: pg.Pool,
    @Inject(ENGINE_POOL) private readonly enginePool: pg.Pool,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pool.end(), this.enginePool.end()]);
  }
}
