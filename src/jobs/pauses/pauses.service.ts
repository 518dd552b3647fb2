import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { JobCompletedError } from '../job-errors.ts';
import { changeJob } from '../job-change.ts';
import { patchedDefinition } from '../job-definition.ts';
import type { Job } from '../job.ts';
import { JobsService } from '../jobs.service.ts';
import type { PauseDto } from './pause.dto.ts';
import { requestedPause } from './requested-pause.ts';

/** A job as it is after a request, and whether the request has changed it. */
export interface Edit {
  job: Job;
  isChange: boolean;
}

/** Stops schedules, and lets them go on. */
@Injectable()
export class PausesService {
  constructor(
    private readonly jobs: JobsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Pauses a job, or gives the pause it is in another reason and another end. The definition is
   * not looked at: one that is in a bad way is a good reason for a pause.
   */
  async pause(id: number, input: PauseDto, ifMatch?: string): Promise<Edit> {
    requestedPause(input, this.clock.now());
    let before: number | undefined;
    const job = await this.jobs.apply(id, ifMatch, (current, now) => {
      if (!current.isActive && !current.pausedAt) throw new JobCompletedError(id);
      before = current.revision;
      // Once more: an end that lay ahead may have come while the lock was waited for.
      return changeJob(current, { isActive: false }, now, requestedPause(input, now));
    });
    return { job, isChange: job.revision !== before };
  }

  /** Nothing that fell into the pause is fired: the next start is the first one from now on. */
  async resume(id: number, ifMatch?: string): Promise<Edit> {
    let before: number | undefined;
    const job = await this.jobs.change(id, ifMatch, (current) => {
      before = current.revision;
      return patchedDefinition(current, { isActive: true });
    });
    return { job, isChange: job.revision !== before };
  }
}
