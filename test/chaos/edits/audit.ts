import { Api, type Answer as Response, type JobJson } from '../../support/api.ts';
import { type Answer, markerOf, type ShownJob } from '../checker/evidence.ts';
import type { Random } from './random.ts';

/** What is asked of the service. */
export interface Request {
  operation: string;
  method: string;
  path: string;
  body?: unknown;
  /** The revision that the job must have. */
  ifMatch?: number;
  jobIds?: number[];
}

/** Asks one instance or another, and notes what was asked and answered, and when. */
export class Audit {
  readonly answers: Answer[] = [];

  /**
   * @param urls of those that may be asked at this moment.
   * @param watch tells milliseconds since 1970.
   */
  constructor(
    private readonly urls: () => readonly string[],
    private readonly watch: { now(): number } = Date,
  ) {}

  async ask<T>(random: Random, request: Request): Promise<Response<T>> {
    const { method, path, body, ifMatch } = request;
    const headers: Record<string, string> = ifMatch ? { 'if-match': `"${ifMatch}"` } : {};
    const api = new Api(random.pick(this.urls()));
    const sentAt = this.watch.now();
    const response = await api.send<T>(method, path, body, headers);
    this.answers.push(answerOf(request, response, { sentAt, answeredAt: this.watch.now() }));
    return response;
  }

  /** How often each operation was answered with each status. */
  get tally(): Record<string, Record<string, number>> {
    const tally: Record<string, Record<string, number>> = {};
    for (const { operation, status } of this.answers) {
      const ofOperation = (tally[operation] ??= {});
      ofOperation[status] = (ofOperation[status] ?? 0) + 1;
    }
    return tally;
  }
}

function answerOf(
  { operation, jobIds = [] }: Request,
  response: Response<unknown>,
  times: { sentAt: number; answeredAt: number },
): Answer {
  const { status, headers } = response;
  const silent: Answer = {
    ...{ operation, jobIds, status, ...times },
    ...{ revision: null, job: null, runId: null },
  };
  if (status >= 400) return silent;

  const body = response.body as Partial<JobJson> & { runId?: string; failed?: { id: number }[] };
  const failed = new Set(body.failed?.map(({ id }) => id));
  const runId = body.runId ?? null;
  const tag = /^"(\d+)"$/.exec(headers.get('etag') ?? '')?.[1];
  const revision = tag === undefined ? null : Number(tag);
  const told = { ...silent, revision, runId, jobIds: jobIds.filter((id) => !failed.has(id)) };
  if (body.schedule === undefined) return told;

  const job = shown(body as JobJson);
  // A deletion shows the job as it was, and is a revision of its own.
  const reached = operation === 'delete' ? job.revision + 1 : job.revision;
  return { ...told, job, jobIds: [job.id], revision: reached };
}

function shown(job: JobJson): ShownJob {
  const { id, schedule, isActive, revision, createdAt, updatedAt, payload } = job;
  return { id, schedule, isActive, revision, createdAt, updatedAt, marker: markerOf(payload) };
}
