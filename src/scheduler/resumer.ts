import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Clock } from '../common/clock.ts';
import type { Loop } from '../common/loop.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { Notifications } from '../database/notifications.ts';
import { changeJob, type JobChange } from '../jobs/job-change.ts';
import type { Job } from '../jobs/job.ts';
import { endPause } from '../jobs/pauses/pause-end.ts';
import { ResumerRepository } from './resumer.repository.ts';

/** Pauses ended in one round. */
const BATCH = 100;
/** Before another look at jobs whose pause is over and that are locked by somebody else. */
const LOCKED_PAUSE_MS = 20;

/** Ends the pauses that have an end: as of that very instant, however late it gets to it. */
@Injectable()
export class Resumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Resumer.name);
  private readonly loop: Loop;
  /** Jobs that could not be changed. They have another turn after the next sleep. */
  private readonly refused = new Set<number>();

  constructor(
    private readonly repository: ResumerRepository,
    private readonly clock: Clock,
    private readonly config: Config,
    notifications: Notifications,
    loops: Loops,
  ) {
    this.loop = loops.create({
      name: 'resumer',
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

  /** Ends a batch of pauses at most, and answers how many jobs it has looked at. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    let jobs = 0;
    while (jobs < BATCH && (await this.resumeNext(now))) jobs += 1;
    return jobs;
  }

  /** Answers how long to sleep: until the next pause ends. */
  private async round(): Promise<number> {
    if ((await this.tick()) === BATCH) return 0;

    const earliest = await this.repository.earliestEnd([...this.refused]);
    this.refused.clear();
    if (!earliest) return this.config.POLL_MS;
    const waitMs = earliest.getTime() - this.clock.now().getTime();
    return waitMs > 0 ? waitMs : LOCKED_PAUSE_MS;
  }

  /** Answers whether there was a job to resume. */
  private async resumeNext(now: Date): Promise<boolean> {
    let job: Job | undefined;
    try {
      await this.repository.resume(now, [...this.refused], (found) => {
        job = found;
        return this.resumption(found, now);
      });
    } catch (error) {
      // What is no answer of the database does not concern this job alone: the round has failed.
      if (!job || !(error instanceof pg.DatabaseError)) throw error;
      this.refused.add(job.id);
      this.logger.error({ message: `Job ${job.id} was not resumed`, jobId: job.id, err: error });
    }
    return job !== undefined;
  }

  /**
   * A job whose schedule cannot be read any more stays paused, now without an end: nobody can say
   * when it would be due. The reason says so to whoever looks at it.
   */
  private resumption(job: Job, now: Date): JobChange {
    const change = endPause(job, now);
    if (change) return change;

    this.logger.error({ message: `Job ${job.id} cannot be resumed`, jobId: job.id });
    const end = job.pausedUntil?.toISOString();
    const reason = `Not resumed at ${end}: the schedule cannot be read any more`;
    return changeJob(job, {}, now, { reason, until: null });
  }
}
