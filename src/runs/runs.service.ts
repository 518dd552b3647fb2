import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../common/errors.ts';
import type { Page } from '../common/pages.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import type { ListJobRunsDto, ListRunsDto } from './dto/list-runs.dto.ts';
import { RunNotFoundError, UnknownJobError } from './run-errors.ts';
import { parseRunId } from './run-id.ts';
import type { Run } from './run.ts';
import { RunsRepository } from './runs.repository.ts';

/** Questions to the ledger. */
@Injectable()
export class RunsService {
  constructor(private readonly runs: RunsRepository) {}

  async get(id: string): Promise<Run> {
    const key = parseRunId(id);
    if (!key) {
      throw new InvalidRequestError([
        { path: 'id', message: 'must be the id of a run, such as 42-1764061200000' },
      ]);
    }
    const run = await this.runs.find(NAMESPACE, key);
    if (!run) throw new RunNotFoundError(id);
    return run;
  }

  async list(query: ListRunsDto): Promise<Page<Run>> {
    return this.runs.list(NAMESPACE, query);
  }

  /** The history of one job; it outlives the job. */
  async listOfJob(jobId: number, query: ListJobRunsDto): Promise<Page<Run>> {
    const page = await this.runs.list(NAMESPACE, { ...query, job: jobId });
    const isKnown = page.items.length > 0 || (await this.runs.knowsJob(NAMESPACE, jobId));
    if (!isKnown) throw new UnknownJobError(jobId);
    return page;
  }
}
