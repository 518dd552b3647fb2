import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { INSTANCE } from '../common/instance.ts';
import { Lifecycle } from '../common/lifecycle.ts';
import { Loops } from '../common/loops.ts';
import { Config } from '../config/config.ts';
import { ZoneDataStatus } from '../scheduler/zone-data/zone-data-status.ts';
import type { ReadyDto } from './dto/health.dto.ts';

/** A load balancer asks every few seconds: an answer that comes later is as good as none. */
const DATABASE_LIMIT_MS = 1_500;

/** Tells the truth about this process. */
@Injectable()
export class HealthService {
  /** One question to the database at a time, whoever asks meanwhile. */
  private asking: Promise<boolean> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly loops: Loops,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
    private readonly zoneData: ZoneDataStatus,
  ) {}

  async readiness(): Promise<ReadyDto> {
    const problems = [
      ...(this.lifecycle.draining ? ['shutting down'] : []),
      ...this.loops.stalled.map((name) => `the ${name} loop stalls`),
      ...((await this.databaseAnswers()) ? [] : ['the database does not answer']),
    ];
    return {
      status: problems.length === 0 ? 'ok' : 'unavailable',
      problems,
      roles: this.config.ROLES,
      instance: INSTANCE,
      ...this.zoneData.shown,
    };
  }

  private async databaseAnswers(): Promise<boolean> {
    this.asking ??= this.askDatabase().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async askDatabase(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, DATABASE_LIMIT_MS, false);
    });
    const answer = this.clock.read().then(
      () => true,
      () => false,
    );
    return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
  }
}
