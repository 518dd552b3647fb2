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

/** Jobs before the loop looks whether it is to stop. */
const BATCH = 100;
/** Before another look at jobs that are due and locked by somebody else. */
const LOCKED_PAUSE_MS = 20;

/** Resumes jobs whose pause has an end: as of that very instant, however late it comes. */
@Injectable()
export class Resumer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Resumer.name);
  private readonly loop: Loop;
  /** Jobs that the database has refused to change; they have another turn after the next sleep. */
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

  /** Ends up to a batch of pauses and answers how many. Public: tests drive it without the loop. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    let ended = 0;
    let isDueSoon = false;
    while (ended < BATCH) {
      const job = await this.resumeNext(now);
      if (job === null) break;
      ended += 1;
      isDueSoon ||= job?.nextRun != null && job.nextRun <= this.soon(now);
    }
    if (isDueSoon) await this.repository.announce();
    return ended;
  }

  /** Answers how long to sleep: until the next pause ends. */
  private async round(): Promise<number> {
    const ended = await this.tick();
    if (ended === BATCH) return 0;

    const earliest = await this.repository.earliestEnd([...this.refused]);
    this.refused.clear();
    if (!earliest) return this.config.POLL_MS;
    return Math.max(earliest.getTime() - this.clock.now().getTime(), LOCKED_PAUSE_MS);
  }
