import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { AppError, InvalidRequestError, type Violation } from '../../common/errors.ts';
import { inLanes, Places } from '../../common/places.ts';
import { DatabaseUnavailableError, isUnavailable } from '../../common/unavailable.ts';
import { refuse } from '../../common/validation.ts';
import { NAMESPACE } from '../../namespaces/namespace.ts';
import { JobsService } from '../jobs.service.ts';
import { PausesService } from '../pauses/pauses.service.ts';
import { requestedPause } from '../pauses/requested-pause.ts';
import type { BulkAction, BulkDto } from './bulk.dto.ts';
import { BulkRepository, type JobSelector, type SelectedJobs } from './bulk.repository.ts';
import { BulkOutcome, type BulkResult } from './bulk-outcome.ts';

const MAX_JOBS = 10_000;
/** Jobs that are changed at a time, by all requests of this process together. */
const PARALLEL = 4;

/** Does one thing to many jobs, each in a transaction of its own. */
@Injectable()
export class BulkService {
  private readonly logger = new Logger(BulkService.name);
  private readonly places = new Places(PARALLEL);
  /** Each answers whether it has changed anything. */
  private readonly actions: Record<BulkAction, (id: number, input: BulkDto) => Promise<boolean>> = {
    pause: async (id, { reason, until }) =>
      (await this.pauses.pause(id, { reason, until })).isChange,
    resume: async (id) => (await this.pauses.resume(id)).isChange,
    delete: async (id) => {
      await this.jobs.delete(id);
      return true;
    },
    trigger: async (id) => {
      await this.jobs.trigger(id, undefined);
      return true;
    },
  };

  constructor(
    private readonly repository: BulkRepository,
    private readonly jobs: JobsService,
    private readonly pauses: PausesService,
    private readonly clock: Clock,
  ) {}

  /** The living jobs that are meant; changes nothing. */
  async select(input: BulkDto): Promise<SelectedJobs> {
    refuse(violationsOf(input));
    requestedPause(input, this.clock.now());
    const selected = await this.repository.select(NAMESPACE, selectorOf(input), MAX_JOBS);
    if (selected.count <= MAX_JOBS) return selected;

    const message = `match ${selected.count} jobs; at most ${MAX_JOBS} can be changed at a time`;
    throw new InvalidRequestError([{ path: 'labels', message }]);
  }

  /** One job that fails keeps no other from being changed. */
  async run(input: BulkDto): Promise<BulkResult> {
    const { ids, count } = await this.select(input);
    const outcome = new BulkOutcome(count);
    const wanted = input.ids ? [...input.ids].sort((a, b) => a - b) : ids;
    await inLanes(wanted, PARALLEL, (id) =>
      this.places.run(() => this.changeOne(id, input, outcome)),
    );
    return outcome.result;
  }

  private async changeOne(id: number, input: BulkDto, outcome: BulkOutcome): Promise<void> {
    if (outcome.isHopeless) return outcome.giveUp(id);
    try {
      const isChange = await this.actions[input.action](id, input);
      outcome.succeed(isChange);
    } catch (error) {
      const known = isUnavailable(error) ? new DatabaseUnavailableError() : error;
      const isExpected = known instanceof AppError;
      if (!isExpected)
        this.logger.error({ message: 'A job of many failed', jobId: id, err: error });
      outcome.fail(id, isExpected ? known : null);
    }
  }
}

function selectorOf({ ids, labels = [] }: BulkDto): JobSelector {
  return ids ? { ids } : { labels };
}

/** What no rule of a single field can see. */
function violationsOf({ action, ids, labels, reason, until }: BulkDto): Violation[] {
  const isOne = (ids === undefined) !== (labels === undefined);
  const selector = isOne ? [] : [{ path: 'ids', message: 'or labels must be given, one of them' }];
  if (action === 'pause') return selector;

  const foreign = Object.entries({ reason, until }).filter(([, value]) => value !== undefined);
  const message = 'belongs to the action pause only';
  return [...selector, ...foreign.map(([path]) => ({ path, message }))];
}
