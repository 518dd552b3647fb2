import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { refuse } from '../common/validation.ts';
import { Config } from '../config/config.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import { JobFactory } from '../scheduler/jobs/job-factory.ts';
import type { RunKey } from '../runs/run.ts';
import type { CreateJobDto } from './dto/create-job.dto.ts';
import type { UpdateJobDto } from './dto/update-job.dto.ts';
import { type ChainReferences, keysIn, type Resolved, withIds } from './chain-references.ts';
import { changeJob, deleteJob, type JobChange } from './job-change.ts';
import { checkDefinition, newDefinition, patchedDefinition } from './job-definition.ts';
import { JobKeyTakenError, JobNotFoundError, RevisionMismatchError } from './job-errors.ts';
import { scheduleOf, upcomingOf } from './job-schedule.ts';
import type { Job, JobDefinition } from './job.ts';
import { JobsRepository } from './jobs.repository.ts';
import { requireMatch } from './precondition.ts';
import type { RevisionAction } from './revision.ts';
import { newSeed } from './seed.ts';

const DRY_RUN_COUNT = 10;

/** The instants of a job before and after a change that was only tried. */
export interface DryRun {
  before: Date[];
  after: Date[];
}

/** The rules of the resource: what may be saved, what follows from a change, who may change what. */
@Injectable()
export class JobsService {
  private readonly logger = new Logger(JobsService.name);

  constructor(
    private readonly jobs: JobsRepository,
    private readonly factory: JobFactory,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async get(id: number): Promise<Job> {
    return (await this.jobs.find(NAMESPACE, id)) ?? missing(id);
  }

  async create(input: CreateJobDto): Promise<Job> {
    const now = this.clock.now();
    const definition = newDefinition(await this.resolved(input));
    const seed = newSeed(definition.key);
    const owner = { createdAt: now, seed, exceptions: [], runCount: 0 };
    checkDefinition(definition, this.factory, { ...owner, before: null }, now);

    const schedule = scheduleOf({ ...definition, ...owner, calendarRules: null });
    const job = await this.jobs.create({
      ...definition,
      namespaceId: NAMESPACE,
      nextRun: definition.isActive ? schedule.next(now) : null,
      pausedAt: definition.isActive ? null : now,
      createdAt: now,
      seed,
    });
    return this.announced(job);
  }

  async update(id: number, patch: UpdateJobDto, ifMatch?: string): Promise<Job> {
    const named = await this.resolved(patch);
    return this.change(id, ifMatch, (job) => patchedDefinition(job, named));
  }

  /** What a patch would do to the next instants; changes nothing. */
  async tryUpdate(id: number, patch: UpdateJobDto, ifMatch?: string): Promise<DryRun> {
    const named = await this.resolved(patch);
    return this.tryChange(id, ifMatch, (job) => patchedDefinition(job, named));
  }

  async tryChange(
    id: number,
    ifMatch: string | undefined,
    define: (job: Job) => JobDefinition,
  ): Promise<DryRun> {
    const now = this.clock.now();
    const job = await this.get(id);
    requireMatch(ifMatch, job);
    const definition = define(job);
    checkDefinition(definition, this.factory, { ...job, before: job }, now);
    await this.jobs.checkChains({ ...job, ...definition }, job);

    const instants = (of: JobDefinition) => upcomingOf({ ...job, ...of }, now, DRY_RUN_COUNT);
    return { before: instants(job), after: instants(definition) };
  }

  /**
   * Creates the job with this key, or makes the one that there is what the input says. Whether it
   * is active is kept unless the input says so: applying a file again must not resume a pause.
   */
  async put(
    key: string,
    input: CreateJobDto,
    ifMatch?: string,
  ): Promise<{ job: Job; created: boolean }> {
    const isOwnKey = (input.key ?? key) === key;
    refuse(isOwnKey ? [] : [{ path: 'key', message: 'must be the key in the path' }]);

    const existing = await this.jobs.findByKey(NAMESPACE, key);
    if (!existing && ifMatch !== undefined) throw new RevisionMismatchError(null);

    const definition = { ...input, key };
    try {
      if (!existing) return { job: await this.create(definition), created: true };

      const named = await this.resolved(definition);
      const job = await this.change(existing.id, ifMatch, ({ isActive }) =>
        newDefinition({ isActive, ...named }),
      );
      return { job, created: false };
    } catch (error) {
      // Somebody else has created or deleted it in between: then it is the other case after all.
      const isOtherCase = error instanceof (existing ? JobNotFoundError : JobKeyTakenError);
      if (isOtherCase) return this.put(key, input, ifMatch);
      throw error;
    }
  }

  async delete(id: number, ifMatch?: string): Promise<Job> {
    const deleted = await this.jobs.delete(NAMESPACE, id, (job, now) => {
      requireMatch(ifMatch, job);
      return deleteJob(job, now);
    });
    return deleted ?? missing(id);
  }

  /** Queues a run for right now; the schedule is left alone. */
  async trigger(id: number, payload: unknown): Promise<RunKey> {
    if (payload !== undefined) {
      const { type } = await this.get(id);
      this.factory.for(type).parse(payload);
    }
    return (await this.jobs.trigger(NAMESPACE, id, payload)) ?? missing(id);
  }

  /**
   * Changes a job as `decide` says, which sees it under its lock.
   * @param ifMatch the header, held against the job as it is then.
   */
  async apply(
    id: number,
    ifMatch: string | undefined,
    decide: (job: Job, now: Date) => JobChange,
  ): Promise<Job> {
    const changed = await this.jobs.change(NAMESPACE, id, (job, now) => {
      requireMatch(ifMatch, job);
      return decide(job, now);
    });
    return this.announced(changed ?? missing(id));
  }

  /**
   * Gives a job another definition, if nothing is wrong with that.
   * @param action what its revision says has happened, where the change itself does not say it.
   */
  async change(
    id: number,
    ifMatch: string | undefined,
    define: (job: Job) => JobDefinition,
    action?: RevisionAction,
  ): Promise<Job> {
    return this.apply(id, ifMatch, (job, now) => {
      const definition = define(job);
      checkDefinition(definition, this.factory, { ...job, before: job }, now);
      const change = changeJob(job, definition, now);
      return { ...change, action: action ?? change.action };
    });
  }

  /** Puts ids in the place of the keys by which jobs are named. */
  private async resolved<T extends ChainReferences>(input: T): Promise<Resolved<T>> {
    return withIds(input, await this.jobs.idsOf(NAMESPACE, keysIn(input)));
  }

  /**
   * The scheduler finds a job by itself; one that needs it before it looks again is told. What is
   * stored is not taken back when that fails.
   */
  private async announced(job: Job): Promise<Job> {
    const soon = this.clock.now().getTime() + this.config.PLAN_AHEAD_MS + 2 * this.config.POLL_MS;
    const wanted = job.nextRun ?? job.pausedUntil;
    if (!wanted || wanted.getTime() > soon) return job;
    await this.jobs.announce().catch((error: unknown) => {
      this.logger.warn({ message: 'A change was not announced', jobId: job.id, err: error });
    });
    return job;
  }
}

function missing(id: number): never {
  throw new JobNotFoundError(id);
}
