import { AppError } from '../../../src/common/errors.ts';
import type { Job } from '../../../src/jobs/job.ts';
import { runId } from '../../../src/runs/run-id.ts';
import type { RunKey } from '../../../src/runs/run.ts';
import type { Answer } from './evidence.ts';
import type { People } from './people.ts';
import type { Request } from './scenario.ts';

const SHORT_PAUSE_MS = 5_000;
const BACKFILL_MS = 20_000;

/** The clients' side of a race: asks, and notes what is answered. */
export class Requests {
  readonly answers: Answer[] = [];
  /** Ids of the runs that clients know of. */
  private readonly known: string[];

  constructor(
    private readonly people: People,
    private readonly jobId: number,
    instants: readonly number[],
    private readonly place: () => number,
  ) {
    this.known = instants.map((at) => `${jobId}-${at}`);
  }

  async make(request: Request): Promise<void> {
    const asked = this.place();
    const runs = 'nth' in request ? [this.known[request.nth % this.known.length] as string] : [];
    const about: Answer = { request, answer: 'done', runs, revision: null, asked, answered: 0 };
    try {
      const answer = await this.ask(request, runs[0] ?? '');
      const ids = Array.isArray(answer) ? answer.map(runId) : [];
      about.runs.push(...ids);
      this.known.push(...ids);
      if (!Array.isArray(answer)) about.revision = answer.revision;
    } catch (error) {
      about.answer = inWords(error);
    }
    about.answered = this.place();
    this.answers.push(about);
  }

  /** Answers the job as it is then, or the keys of the runs that are there now. */
  private async ask(request: Request, run: string): Promise<Job | RunKey[]> {
    const { jobId } = this;
    const { engine, runs, backfills } = this.people;
    const { jobs, pauses, clock } = engine;
    const ago = (ms: number) => new Date(clock.now().getTime() - ms).toISOString();
    switch (request.ask) {
      case 'cancel':
        return [await runs.cancel(run)];
      case 'retry':
        return [await runs.retry(run)];
      case 'trigger':
        return [await jobs.trigger(jobId, undefined)];
      case 'backfill':
        return backfills.backfill(jobId, { from: ago(BACKFILL_MS), to: ago(0) });
      case 'pause':
        return (await pauses.pause(jobId, {})).job;
      case 'pause shortly':
        return (await pauses.pause(jobId, { until: ago(-SHORT_PAUSE_MS) })).job;
      case 'resume':
        return (await pauses.resume(jobId)).job;
      case 'delete':
        return jobs.delete(jobId);
      case 'edit':
        return jobs.update(jobId, PATCHES[request.patch]);
    }
  }
}

const PATCHES = {
  payload: { payload: 'another' },
  schedule: { schedule: '@every 7s' },
  overlap: { overlap: 'replace' },
  maxRuns: { maxRuns: 2 },
} as const;

function inWords(error: unknown): string {
  if (error instanceof AppError) return `${error.status} ${error.code}`;
  return `broke: ${error instanceof Error ? error.message : String(error)}`;
}
