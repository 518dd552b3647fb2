import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const LATENESS_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600,
];
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 60, 300];
const HTTP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The monitor wakes the process that often, also when there is nothing else to do. */
const EVENT_LOOP_PRECISION_MS = 100;

/** What this process counts and measures, in Prometheus' terms. Labels are bounded sets. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly runsTotal = new Counter({
    name: 'scheduler_runs_total',
    help: 'Runs that got their verdict from this instance.',
    labelNames: ['status'],
    registers: [this.registry],
  });

  readonly attemptsTotal = new Counter({
    name: 'scheduler_attempts_total',
    help: 'Attempts that this instance has started, by job type.',
    labelNames: ['type'],
    registers: [this.registry],
  });

  readonly lateness = new Histogram({
    name: 'scheduler_run_lateness_seconds',
    help: 'Start of the first attempt minus the due instant, for runs on schedule.',
    buckets: LATENESS_BUCKETS,
    registers: [this.registry],
  });

  readonly duration = new Histogram({
    name: 'scheduler_attempt_duration_seconds',
    help: 'Length of an attempt, by job type.',
    labelNames: ['type'],
    buckets: DURATION_BUCKETS,
    registers: [this.registry],
  });

  readonly leasesLost = new Counter({
    name: 'scheduler_leases_lost_total',
    help: 'Attempts of lost workers that this instance has taken over.',
    registers: [this.registry],
  });

  readonly finishesRefused = new Counter({
    name: 'scheduler_finishes_refused_total',
    help: 'Ends of attempts that came after the lease, or after the run was cancelled.',
    registers: [this.registry],
  });

  readonly eventLoopBlocked = new Counter({
    name: 'scheduler_event_loop_blocked_seconds_total',
    help: 'Time for which the event loop stood still so long that leases were at risk.',
    registers: [this.registry],
  });

  readonly standInRenewals = new Counter({
    name: 'scheduler_stand_in_renewals_total',
    help: 'Leases that were renewed while the event loop stood still.',
    registers: [this.registry],
  });

  readonly http = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: HTTP_BUCKETS,
    registers: [this.registry],
  });

  private readonly pools = new Map<string, PoolCounts>();

  constructor() {
    collectDefaultMetrics({
      register: this.registry,
      eventLoopMonitoringPrecision: EVENT_LOOP_PRECISION_MS,
    });
    this.registerPools();
  }

  /**
   * A gauge whose value is asked for when somebody reads the metrics. While it cannot be had, the
   * database being away, say, it is not a number, and all other metrics are still told.
   */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await valueOf(read));
      },
    });
  }

  /** The connections of a pool: all, those that nobody uses, and the callers that wait for one. */
  watchPool(name: string, pool: PoolCounts): void {
    this.pools.set(name, pool);
  }

  private registerPools(): void {
    const { pools } = this;
    new Gauge({
      name: 'scheduler_pool_connections',
      help: 'Database connections: open, idle, and callers waiting for one.',
      labelNames: ['pool', 'state'],
      registers: [this.registry],
      collect() {
        for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
          this.set({ pool, state: 'open' }, totalCount);
          this.set({ pool, state: 'idle' }, idleCount);
          this.set({ pool, state: 'waiting' }, waitingCount);
        }
      },
    });
  }
}

/** What `pg.Pool` tells about itself. */
interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

async function valueOf(read: () => number | Promise<number>): Promise<number> {
  try {
    return await read();
  } catch {
    return Number.NaN;
  }
}
