import type { Violation } from '../../../common/errors.ts';
import { pathTo } from '../../../common/storable.ts';
import type { RunContext } from '../job-handler.ts';

/** Stands for something about the run; whatever else is in double braces is the target's. */
const PLACEHOLDER = /\{\{\s*(run\.[^{}]*)\}\}/g;

/** A result that is passed on may be long, and each placeholder is a copy of it. */
const MAX_PLACEHOLDERS = 20;

const FIELDS: Readonly<Record<string, (run: RunContext) => string>> = {
  'run.id': ({ runId }) => runId,
  'run.jobId': ({ jobId }) => String(jobId),
  'run.jobName': ({ jobName }) => jobName,
  'run.trigger': ({ trigger }) => trigger,
  'run.scheduledFor': ({ scheduledFor }) => scheduledFor.toISOString(),
  'run.startedAt': ({ startedAt }) => startedAt.toISOString(),
  'run.attempt': ({ attempt }) => String(attempt),
  'run.deadline': ({ deadline }) => deadline.toISOString(),
  'run.cause.runId': ({ cause }) => cause?.runId ?? '',
  'run.cause.jobId': ({ cause }) => String(cause?.jobId ?? ''),
  'run.cause.status': ({ cause }) => cause?.status ?? '',
  'run.cause.result': ({ cause }) => JSON.stringify(cause?.result ?? null),
};

const UNKNOWN_FIELD = `must hold no other fields of the run than ${Object.keys(FIELDS).join(', ')}`;

/** What is wrong with the placeholders in the texts of a body, at whatever depth they stand. */
export function placeholderViolations(body: unknown, path: string): Violation[] {
  const found = placeholdersIn(body, path);
  if (found.length > MAX_PLACEHOLDERS) {
    const message = `must not hold more than ${MAX_PLACEHOLDERS} fields of the run`;
    return [{ path, message }];
  }
  const unknown = found.filter(({ name }) => !Object.hasOwn(FIELDS, name));
  return unknown.map(({ place }) => ({ path: place, message: UNKNOWN_FIELD }));
}

/** The body with the placeholders in its texts filled in; names of fields stay as they are. */
export function filledIn(body: unknown, run: RunContext): unknown {
  if (typeof body === 'string') {
    return body.replace(PLACEHOLDER, (_all, name: string) => FIELDS[name.trim()]?.(run) ?? '');
  }
  if (typeof body !== 'object' || body === null) return body;
  if (Array.isArray(body)) return body.map((item) => filledIn(item, run));
  return Object.fromEntries(Object.entries(body).map(([key, item]) => [key, filledIn(item, run)]));
}

function placeholdersIn(body: unknown, path: string): { name: string; place: string }[] {
  if (typeof body === 'string') {
    const names = [...body.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
    return names.map((name) => ({ name, place: path }));
  }
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, item]) => placeholdersIn(item, pathTo(path, name)));
}
