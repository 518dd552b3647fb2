import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import type { Loop } from '../common/loop.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { Notifications } from '../database/notifications.ts';
import { scheduleOf } from '../jobs/job-schedule.ts';
import type { OccurrencePlan } from '../schedules/missed.ts';
import { outageBefore, planJob } from '../schedules/plan-job.ts';
import { type DueJob, PlannerRepository } from './planner.repository.ts';
import { PlanningGate } from './zone-data/planning-gate.ts';

/** Jobs planned in one transaction: large enough to share its cost, small enough to be over soon. */
const BATCH = 500;
/** Before another look at jobs that are due and locked by somebody else. */
const LOCKED_PAUSE_MS = 20;

/**
 * Keeps the ledger ahead of time: what becomes due within the horizon is planned before its
 * instant, so that workers only have to start it. What has been missed is settled on the way.
 */
@Injectable()
export class Planner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Planner.name);
  private readonly loop: Loop;

  constructor(
    private readonly repository: PlannerRepository,
    private readonly clock: Clock,
    private readonly config: Config,
    private readonly gate: PlanningGate,
    notifications: Notifications,
    loops: Loops,
  ) {
    this.loop = loops.create({
      name: 'planner',
      round: () => this.round(),
      maxWaitMs: config.POLL_MS,
    });
    notifications.on('scheduler_jobs', () => this.loop.wake());
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Plans one batch and answers how many jobs it held. Public: tests drive it without the loop. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    const horizon = new Date(now.getTime() + this.config.PLAN_AHEAD_MS);
    const planned = await this.gate.pass(() =>
      this.repository.planDue(
        { now, horizon, outageBefore: outageBefore(now), limit: BATCH },
        (job) => this.plan(job, now, horizon),
      ),
    );
    return planned?.length ?? 0;
  }

  /** Answers how long to sleep: until the next instant comes over the horizon. */
  private async round(): Promise<number> {
    const planned = await this.tick();
    if (planned === BATCH) return 0;

    const nextRun = await this.repository.earliestNextRun();
    if (!nextRun) return this.config.POLL_MS;
    const waitMs = nextRun.getTime() - this.config.PLAN_AHEAD_MS - this.clock.now().getTime();
    return Math.max(waitMs, planned > 0 ? 0 : LOCKED_PAUSE_MS);
  }

  /** A definition that cannot be read (its zone has been dropped, say) stops nobody else. */
  private plan(job: DueJob, now: Date, horizon: Date): OccurrencePlan | null {
    try {
      const { missed: policy, nextRun } = job;
      return planJob({ schedule: scheduleOf(job), policy, nextRun, now, horizon });
    } catch (error) {
      this.logger.error({ message: `Job ${job.id} cannot be planned`, jobId: job.id, err: error });
      return null;
    }
  }
}
