import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { Config } from '../config/config.ts';
import { JobNotFoundError } from '../jobs/job-errors.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';
import { runId } from '../runs/run-id.ts';
import type { Run } from '../runs/run.ts';
import { RunsRepository } from '../runs/runs.repository.ts';
import { explain } from './explain.ts';
import { ExplainRepository } from './explain.repository.ts';
import type { Explanation, InForce } from './explanation.ts';
import { agendaOf, inForceOf } from './in-force.ts';

const DAY_MS = 86_400_000;
const MAX_RUNS = 20;

/** An explanation, and what it was made from. */
export interface Explained extends Explanation {
  /** The instant that is explained: the effective one, where the rule's own was asked for. */
  at: Date;
  run: Run | null;
  /** Ids of all runs at that instant, starts by hand included. */
  runs: string[];
  revision: number | null;
  before: Date | null;
  after: Date | null;
}

/** Answers what happened at an instant of a job, and why. */
@Injectable()
export class ExplainService {
  constructor(
    private readonly repository: ExplainRepository,
    private readonly ledger: RunsRepository,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async explain(jobId: number, asked: Date): Promise<Explained> {
    const job = await this.repository.job(NAMESPACE, jobId);
    if (!job) throw new JobNotFoundError(jobId);

    const revision = await this.repository.inForce(jobId, asked);
    const agenda = revision ? agendaOf(job, revision) : null;
    const at = agenda?.effectiveOf(asked) ?? asked;
    const state = revision && (await this.repository.stateChange(jobId, revision.revision));
    const inForce = revision && agenda ? inForceOf(job, revision, state, agenda, at) : null;
    const run = await this.runAt(jobId, at, inForce);
    const now = this.clock.now();
    const keptSince = new Date(now.getTime() - this.config.RETENTION_DAYS * DAY_MS);
    const blockedBy = await this.blockerOf(run);
    return {
      ...explain({ ...job, at, now, keptSince, inForce, run, blockedBy }),
      at,
      run,
      runs: (await this.repository.runsAt(jobId, at, MAX_RUNS)).map(runId),
      revision: revision?.revision ?? null,
      before: inForce?.before ?? null,
      after: inForce?.after ?? null,
    };
  }

  /** The row of the occurrence itself, or the one that covers it among others. */
  private async runAt(jobId: number, at: Date, inForce: InForce | null): Promise<Run | null> {
    const own = await this.ledger.find(NAMESPACE, { jobId, scheduledFor: at, ordinal: 0 });
    if (own) return own;
    const range = inForce?.isDue ? await this.repository.rangeAt(jobId, at) : undefined;
    return (range && (await this.ledger.find(NAMESPACE, range))) ?? null;
  }

  private async blockerOf(run: Run | null): Promise<string | null> {
    if (run?.reason !== 'overlap' || !run.finishedAt) return null;
    const { jobId, scheduledFor, finishedAt } = run;
    const blocker = await this.repository.activeAt(jobId, scheduledFor, finishedAt);
    return blocker ? runId(blocker) : null;
  }
}
