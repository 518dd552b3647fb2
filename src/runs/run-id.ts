import type { RunKey } from './run.ts';

const FORM = /^([1-9]\d{0,9})-(\d{1,15})(?:-([1-9]\d{0,9}))?$/;
const MAX_INTEGER = 2_147_483_647;
/** The last millisecond that a `Date` can hold and PostgreSQL can store alike. */
const MAX_INSTANT = 8_640_000_000_000_000;

/**
 * A run's id as the API shows it: `<job>-<instant in ms>` for an occurrence, with `-<ordinal>`
 * for a start by hand. It is the primary key itself, so a look-up touches one partition, and it
 * holds no dot, since signatures are made over dot-separated parts.
 */
export function runId({ jobId, scheduledFor, ordinal }: RunKey): string {
  const occurrence = `${jobId}-${scheduledFor.getTime()}`;
  return ordinal === 0 ? occurrence : `${occurrence}-${ordinal}`;
}

/** Reads an id back; null when it is none. */
export function parseRunId(id: string): RunKey | null {
  const [, jobId, instant, ordinal = '0'] = FORM.exec(id) ?? [];
  const key = { jobId: Number(jobId), instant: Number(instant), ordinal: Number(ordinal) };
  const inRange =
    key.jobId <= MAX_INTEGER && key.ordinal <= MAX_INTEGER && key.instant <= MAX_INSTANT;

  return inRange
    ? { jobId: key.jobId, scheduledFor: new Date(key.instant), ordinal: key.ordinal }
    : null;
}
