import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import type { Loop } from '../common/loop.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { afterLoss } from '../jobs/retry-policy.ts';
import { Metrics } from '../telemetry/metrics.ts';
import { type LostRun, type Rescue, RescuerRepository } from './rescuer.repository.ts';

const BATCH = 200;
/** Looks per lease: a lost run is found a quarter of a lease after its end at the latest. */
const LOOKS_PER_LEASE = 4;

/** Finds the runs of workers that died, froze or were cut off, and lets them go on elsewhere. */
@Injectable()
export class Rescuer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Rescuer.name);
  private readonly loop: Loop;
  private readonly intervalMs: number;

  constructor(
    private readonly repository: RescuerRepository,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    config: Config,
    loops: Loops,
  ) {
    this.intervalMs = config.LEASE_MS / LOOKS_PER_LEASE;
    this.loop = loops.create({
      name: 'rescuer',
      round: () => this.round(),
      maxWaitMs: this.intervalMs,
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Rescues one batch and answers how many runs it held. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    const rescued = await this.repository.rescue(now, BATCH, rescueOf);
    for (const { run, rescue } of rescued) this.report(run, rescue);
    await this.repository.releaseIdle(now);
    return rescued.length;
  }

  private async round(): Promise<number> {
    return (await this.tick()) === BATCH ? 0 : this.intervalMs;
  }

  private report({ jobId, scheduledFor, attempt, worker }: LostRun, { status }: Rescue): void {
    if (status === 'lost') this.metrics.runsTotal.inc({ status });
    this.metrics.leasesLost.inc();
    this.logger.warn({ message: 'Lost a worker', jobId, scheduledFor, attempt, worker, status });
  }
}

/** Attempts that a stopping worker has handed back are nobody's fault, and do not count. */
export function rescueOf({
  attempt,
  handedBack,
  worker,
  retry,
}: Pick<LostRun, 'attempt' | 'handedBack' | 'worker' | 'retry'>): Rescue {
  const error = `The worker ${worker ?? ''} gave no sign of life until the lease ended`;
  return { status: afterLoss(retry, attempt - handedBack), error };
}
