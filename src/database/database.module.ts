import { Global, Inject, Logger, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { Config } from '../config/config.ts';
import { PrismaService } from '../prisma.service.ts';
import { DatabaseClock } from './database-clock.ts';
import { Notifications } from './notifications.ts';
import { createPool } from './pool.ts';
import { DATABASE_URL, POOL } from './tokens.ts';

function openPool(url: string, config: Config): pg.Pool {
  const logger = new Logger('Pool');
  return createPool(url, config.DATABASE_POOL_SIZE, (error) =>
    logger.warn({ message: 'An idle database connection broke', err: error }),
  );
}

/** The database as everything else sees it: one pool, its clock, its announcements. */
@Global()
@Module({
  providers: [
    { provide: POOL, useFactory: openPool, inject: [DATABASE_URL, Config] },
    DatabaseClock,
    { provide: Clock, useExisting: DatabaseClock },
    Notifications,
    PrismaService,
  ],
  exports: [POOL, Clock, DatabaseClock, Notifications, PrismaService],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
