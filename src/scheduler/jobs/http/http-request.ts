import type { RunContext } from '../job-handler.ts';
import type { HttpPayload } from './http-payload.ts';
import { filledIn } from './run-fields.ts';

/** One request, ready to be sent. Header names are in lower case. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body?: string;
}

export function requestOf(payload: HttpPayload, context: RunContext): HttpRequest {
  const { headers = {} } = payload;
  const body = filledIn(payload.body, context);
  const given = new Map(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  const asItIs = typeof body === 'string' && given.has('content-type');

  return {
    url: new URL(payload.url),
    method: payload.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: new Map([
      ['user-agent', 'job-scheduler'],
      ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
      ...given,
      ...headersOf(context),
    ]),
    body: asItIs ? body : JSON.stringify(body),
  };
}

/** What the target is told about the run: enough to drop repetitions and to see a late one. */
function headersOf(context: RunContext): [name: string, value: string][] {
  const latenessMs = context.startedAt.getTime() - context.scheduledFor.getTime();
  return [
    // A compressed body could not be cut and shown, and could be a bomb.
    ['accept-encoding', 'identity'],
    // One key for all attempts of a run: the receiver can drop what it has already done.
    ['idempotency-key', context.runId],
    ['job-id', String(context.jobId)],
    ['job-name', encoded(context.jobName)],
    ['job-run-id', context.runId],
    ['job-trigger', context.trigger],
    ['job-catch-up', String(context.trigger === 'missed')],
    ['job-scheduled-for', context.scheduledFor.toISOString()],
    ['job-lateness-ms', String(Math.max(0, latenessMs))],
    ['job-attempt', String(context.attempt)],
    ['job-deadline', context.deadline.toISOString()],
  ];
}

/** Headers carry ASCII: everything else is percent-encoded, and the percent sign with it. */
function encoded(text: string): string {
  const wellFormed = text.replace(/\p{Surrogate}/gu, '\uFFFD');
  return wellFormed.replace(/[^\x20-\x7e]|%/gu, (character) => encodeURIComponent(character));
}
