import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { Loop } from '../common/loop.ts';
import { KeyForgetterRepository } from './key-forgetter.repository.ts';

const INTERVAL_MS = 60_000;
const BATCH = 1_000;
const LIFETIME_MS = 24 * 3_600_000;

/** Forgets idempotency keys, and the answers kept for them, a day after their request. */
@Injectable()
export class KeyForgetter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly loop = new Loop({
    name: 'key forgetter',
    round: () => this.round(),
    maxWaitMs: INTERVAL_MS,
  });

  constructor(
    private readonly repository: KeyForgetterRepository,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** Forgets one batch and answers how many keys it held. */
  async tick(): Promise<number> {
    const now = await this.clock.read();
    return this.repository.forget(new Date(now.getTime() - LIFETIME_MS), BATCH);
  }

  private async round(): Promise<number> {
    return (await this.tick()) === BATCH ? 0 : INTERVAL_MS;
  }
}
