import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { ENGINE_POOL } from './tokens.ts';

/**
 * Follows the clock of the database. Between two readings it goes on by the monotonic clock of
 * this host, so that setting the host's wall clock moves nothing here.
 */
@Injectable()
export class DatabaseClock extends Clock {
  /** Database time minus monotonic time, in milliseconds. */
  private offsetMs = Date.now() - performance.now();

  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {
    super();
  }

  now(): Date {
    return new Date(performance.now() + this.offsetMs);
  }

  async read(): Promise<Date> {
    const { rows } = await this.pool.query<{ ms: number }>({
      name: 'clock.read',
      text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    });
    // The answer was true before it travelled back: taking it as of now errs to the late side,
    // and nothing starts before its instant.
    this.offsetMs = (rows[0]?.ms ?? Number.NaN) - performance.now();
    return this.now();
  }

  /** How far this host's wall clock is ahead of the database, in milliseconds. */
  skewMs(): number {
    return Date.now() - (performance.now() + this.offsetMs);
  }
}
