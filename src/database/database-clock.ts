import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type {
  BeforeApplicationShutdown,
  OnApplicationBootstrap,
  OnModuleInit,
} from '@nestjs/common';
import type pg from 'pg';
import { Clock } from '../common/clock.ts';
import { Loop } from '../common/loop.ts';
import { ENGINE_POOL } from './tokens.ts';

/** So that a process which decides nothing, and asks for nothing, knows the time as well. */
const INTERVAL_MS = 10_000;
/** A reading that takes longer is a sign that this process was busy, or frozen. */
const SLOW_MS = 20;

/**
 * Follows the clock of the database. Between two readings it goes on by the monotonic clock of
 * this host, so that setting the host's wall clock moves nothing here.
 */
@Injectable()
export class DatabaseClock
  extends Clock
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly loop = new Loop({
    name: 'clock',
    round: async () => this.read().then(() => INTERVAL_MS),
    maxWaitMs: INTERVAL_MS,
  });

  /** Database time minus monotonic time, in milliseconds. */
  private offsetMs = Date.now() - performance.now();

  constructor(@Inject(ENGINE_POOL) private readonly pool: pg.Pool) {
    super();
  }

  /** Comes before the first request is answered: until then only the host's clock is known. */
  async onModuleInit(): Promise<void> {
    await this.read();
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  now(): Date {
    return new Date(performance.now() + this.offsetMs);
  }

  async read(): Promise<Date> {
    const askedAt = performance.now();
    const { rows } = await this.pool.query<{ ms: number }>({
      name: 'clock.read',
      text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
    });
    const answeredAt = performance.now();
    const readMs = rows[0]?.ms ?? Number.NaN;
    // The answer was true before it travelled back: taking it as of now errs to the late side,
    // and nothing starts before its instant.
    const [earliest, latest] = [readMs - answeredAt, readMs - askedAt];
    // One that took long says little. What it does not contradict is better known already.
    const isKnown = this.offsetMs >= earliest && this.offsetMs <= latest;
    if (answeredAt - askedAt <= SLOW_MS || !isKnown) this.offsetMs = earliest;
    return this.now();
  }

  /** How far this host's wall clock is ahead of the database, in milliseconds. */
  skewMs(): number {
    return Date.now() - (performance.now() + this.offsetMs);
  }
}
