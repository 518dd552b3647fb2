import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { parseInstant } from '../../common/instant.ts';
import { NAMESPACE } from '../../namespaces/namespace.ts';
import type { RunKey } from '../../runs/run.ts';
import { JobNotFoundError } from '../job-errors.ts';
import { JobsService } from '../jobs.service.ts';
import { backfillOf, type Window } from './backfill.ts';
import { BackfillsRepository } from './backfills.repository.ts';
import type { BackfillDto } from './dto/backfill.dto.ts';

/** Makes up for instants of the past. */
@Injectable()
export class BackfillsService {
  constructor(
    private readonly jobs: JobsService,
    private readonly backfills: BackfillsRepository,
    private readonly clock: Clock,
  ) {}

  /** Queues a run for each instant in the window; they are carried out one after the other. */
  async backfill(id: number, input: BackfillDto): Promise<RunKey[]> {
    const keys = await this.backfills.backfill(NAMESPACE, id, (job, now) =>
      backfillOf(job, windowOf(input), now),
    );
    if (!keys) throw new JobNotFoundError(id);
    return keys;
  }

  /** The instants that would be run; changes nothing. */
  async tryBackfill(id: number, input: BackfillDto): Promise<Date[]> {
    const job = await this.jobs.get(id);
    const starts = backfillOf(job, windowOf(input), await this.clock.read());
    return starts.map(({ scheduledFor }) => scheduledFor);
  }
}

function windowOf({ from, to }: BackfillDto): Window {
  return { from: parseInstant(from) as Date, to: parseInstant(to) as Date };
}
