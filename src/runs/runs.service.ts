import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { InvalidRequestError } from '../common/errors.ts';
import type { Page } from '../common/pages.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import type { ListJobRunsDto, ListRunsDto } from './dto/list-runs.dto.ts';
import { InterventionsRepository, type Target } from './interventions.repository.ts';
import {
  JobDeletedError,
  RunCoversRangeError,
  RunFinishedError,
  RunNotFinishedError,
  RunNotFoundError,
  UnknownJobError,
} from './run-errors.ts';
import { parseRunId } from './run-id.ts';
import { canBecome, isFinal } from './run-state.ts';
import type { Run, RunKey } from './run.ts';
import { RunsRepository } from './runs.repository.ts';

/** The reason of a cancelled run for which nobody has given one. */
const REQUESTED = 'requested';

/** Questions to the ledger, and what may be done to a single run. */
@Injectable()
export class RunsService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly interventions: InterventionsRepository,
    private readonly clock: Clock,
  ) {}

  async get(id: string): Promise<Run> {
    return (await this.runs.find(NAMESPACE, keyOf(id))) ?? missing(id);
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

  /** Cancels a run that is not over; what is under way of it is aborted. */
  async cancel(id: string, reason: string = REQUESTED): Promise<Run> {
    const key = keyOf(id);
    const at = await this.clock.read();
    const isCancelled = await this.interventions.cancel(
      NAMESPACE,
      key,
      { reason, at },
      ({ status }) => {
        if (!canBecome(status, 'cancelled')) throw new RunFinishedError(id, status);
      },
    );
    return isCancelled ? this.get(id) : missing(id);
  }

  /** Queues another run for the instant of one that is over. */
  async retry(id: string): Promise<RunKey> {
    const key = keyOf(id);
    const now = await this.clock.read();
    const retried = await this.interventions.retry(NAMESPACE, key, now, (target) =>
      requireRetriable(id, key, target),
    );
    return retried ?? missing(id);
  }
}

function requireRetriable(
  id: string,
  { jobId }: RunKey,
  { status, rangeCount, isJobDeleted }: Target,
): void {
  if (!isFinal(status)) throw new RunNotFinishedError(id, status);
  if (isJobDeleted) throw new JobDeletedError(jobId);
  if (rangeCount !== null && rangeCount > 1) throw new RunCoversRangeError(id, rangeCount);
}

function keyOf(id: string): RunKey {
  const key = parseRunId(id);
  if (key) return key;
  const message = 'must be the id of a run, such as 42-1764061200000';
  throw new InvalidRequestError([{ path: 'id', message }]);
}

function missing(id: string): never {
  throw new RunNotFoundError(id);
}
