import { Injectable } from '@nestjs/common';
import type { PageQueryDto } from '../../common/page-query.dto.ts';
import type { Page } from '../../common/pages.ts';
import { NAMESPACE } from '../../namespaces/namespace.ts';
import { JobNotFoundError } from '../job-errors.ts';
import type { Job } from '../job.ts';
import { type DryRun, JobsService } from '../jobs.service.ts';
import { restoredDefinition } from './restored-definition.ts';
import { RevisionNotFoundError } from './revision-errors.ts';
import {
  type FoundRevision,
  type ListedRevision,
  RevisionListRepository,
} from './revision-list.repository.ts';

/** What a job has been, and how to make it that again. */
@Injectable()
export class RevisionsService {
  constructor(
    private readonly revisions: RevisionListRepository,
    private readonly jobs: JobsService,
  ) {}

  async list(jobId: number, query: PageQueryDto): Promise<Page<ListedRevision>> {
    const page = await this.revisions.list(NAMESPACE, jobId, query);
    if (page.items.length === 0) await this.requireJob(jobId);
    return page;
  }

  async get(jobId: number, revision: number): Promise<FoundRevision> {
    const found = await this.revisions.find(NAMESPACE, jobId, revision);
    if (found) return found;
    await this.requireJob(jobId);
    throw new RevisionNotFoundError(jobId, revision);
  }

  /**
   * Gives a job the definition of one of its revisions, as a change like any other. Whether it is
   * active stays as it is, and so do its exceptions.
   */
  async restore(jobId: number, revision: number, ifMatch?: string): Promise<Job> {
    const { definition } = await this.get(jobId, revision);
    return this.jobs.change(
      jobId,
      ifMatch,
      (job) => restoredDefinition(definition, job),
      'restored',
    );
  }

  /** What restoring a revision would do to the next instants; changes nothing. */
  async tryRestore(jobId: number, revision: number, ifMatch?: string): Promise<DryRun> {
    const { definition } = await this.get(jobId, revision);
    return this.jobs.tryChange(jobId, ifMatch, (job) => restoredDefinition(definition, job));
  }

  private async requireJob(id: number): Promise<void> {
    if (!(await this.revisions.knowsJob(NAMESPACE, id))) throw new JobNotFoundError(id);
  }
}
