import { AppError } from '../../../src/common/errors.ts';
import { runId } from '../../../src/runs/run-id.ts';
import type { RunKey } from '../../../src/runs/run.ts';
import type { Answer } from './evidence.ts';
import type { People } from './people.ts';
import type { Request } from './scenario.ts';

const SHORT_PAUSE_MS = 5_000;

/** The clients' side of a race: asks, and notes what is answered. */
export class Requests {
  readonly answers: Answer[] = [];
  /** Ids of the runs that clients know of. */
  private readonly known: string[];
  private payloads = 0;

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
    const isEdit = request.ask === 'edit' && request.patch === 'payload';
    const payload = isEdit ? (this.payloads += 1) : null;
    const about: Answer = { request, answer: 'done', runs, payload, asked, answered: 0 };
    try {
      const keys = await this.ask(request, about);
      about.runs.push(...keys.map(runId));
      this.known.push(...keys.map(runId));
    } catch (error) {
      about.answer = inWords(error);
    }
    about.answered = this.place();
    this.answers.push(about);
  }

  /** Answers the keys of the runs that it has brought about. */
  private async ask(request: Request, { runs: [run = ''], payload }: Answer): Promise<RunKey[]> {
    const { jobId } = this;
    const { engine, runs, backfills } = this.people;
    const { jobs, pauses, clock } = engine;
    const now = clock.now();
    const soon = new Date(now.getTime() + SHORT_PAUSE_MS).toISOString();
    switch (request.ask) {
      case 'cancel':
        await runs.cancel(run);
        return [];
      case 'retry':
        return [await runs.retry(run)];
      case 'trigger':
        return [await jobs.trigger(jobId, undefined)];
      case 'backfill': {
        const from = new Date(now.getTime() - 20_000).toISOString();
        return backfills.backfill(jobId, { from, to: now.toISOString() });
      }
      case 'pause':
        await pauses.pause(jobId, {});
        return [];
      case 'pause shortly':
        await pauses.pause(jobId, { until: soon });
        return [];
      case 'resume':
        await pauses.resume(jobId);
        return [];
      case 'delete':
        await jobs.delete(jobId);
        return [];
      case 'edit':
        await jobs.update(jobId, { ...PATCHES[request.patch], ...(payload && { payload: { n: payload } }) });
        return [];
    }
  }
}

const PATCHES = {
  payload: {},
  schedule: { schedule: '@every 7s' },
  overlap: { overlap: 'replace' },
  maxRuns: { maxRuns: 2 },
} as const;

function inWords(error: unknown): string {
  if (error instanceof AppError) return `${error.status} ${error.code}`;
  return `broke: ${error instanceof Error ? error.message : String(error)}`;
}
