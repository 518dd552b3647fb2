import { randomUUID } from 'node:crypto';
import { type Answer, Api, type JobJson } from '../../support/api.ts';
import type { TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';

/** Starts at every second, spread over jobs that are due every five seconds each. */
const PERIOD_S = 5;
const SECOND_MS = 1_000;
const UNAVAILABLE = 503;
/** Requests at a time. */
const CLIENTS = 8;

export interface Load {
  /** Runs due at each second. */
  perSecond: number;
  /** The first instant, in milliseconds since 1970; a full second. */
  from: number;
  /** For how many seconds something is due; for as long as the scenario lasts, when left out. */
  seconds?: number;
  /** Fields of the jobs beside name and schedule. */
  job?: Record<string, unknown>;
}

/** The schedule of jobs that are due at second 0, 5, 10, ... of a minute, plus `phase`. */
function everyFiveSeconds(phase: number): string {
  const seconds = Array.from({ length: 60 / PERIOD_S }, (_, index) => index * PERIOD_S + phase);
  return `${seconds.join(',')} * * * * *`;
}

/**
 * Registers jobs of which so many are due at each second of the time given, and none outside it.
 * The first of each phase comes through the API, the others are its copies.
 */
export async function createLoad(
  database: Pick<TestDatabase, 'query'>,
  urls: readonly string[],
  load: Load,
): Promise<void> {
  const { perSecond, from, seconds, job } = load;
  const end = seconds === undefined ? undefined : from + (seconds - 1) * SECOND_MS;
  const bounds = {
    startAt: new Date(from).toISOString(),
    endAt: end && new Date(end).toISOString(),
  };
  const bodies = Array.from({ length: PERIOD_S }, (_, phase) => ({
    name: `load ${phase}`,
    schedule: everyFiveSeconds(phase),
    ...bounds,
    ...job,
  }));
  const ids = await createJobs(urls, bodies);
  await copyJobs(database, ids, perSecond - 1);
}

/** Makes so many copies of each job, history included, and has the planners look at them. */
async function copyJobs(
  database: Pick<TestDatabase, 'query'>,
  ids: number[],
  copies: number,
): Promise<void> {
  const [columns] = await database.query<{ names: string }>(
    `SELECT string_agg(quote_ident(column_name), ', ') AS names
       FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = 'jobs'
        AND column_name NOT IN ('id', 'key') AND is_generated = 'NEVER'`,
  );
  const names = columns?.names ?? '';
  await database.query(
    `WITH copies AS (
       SELECT jobs.id AS original, nextval(pg_get_serial_sequence('jobs', 'id'))::integer AS copy
         FROM jobs, generate_series(1, $2::integer)
        WHERE jobs.id = ANY($1::integer[])
     ), copied AS (
       INSERT INTO jobs (id, ${names})
       SELECT copy, ${names} FROM jobs JOIN copies ON jobs.id = original
     )
     INSERT INTO job_revisions (job_id, revision, namespace_id, action, actor, at, definition)
     SELECT copy, revision, namespace_id, action, actor, at, definition
       FROM job_revisions JOIN copies ON job_id = original`,
    [ids, copies],
  );
  await database.query(`SELECT pg_notify('scheduler_jobs', '')`);
}

/** Registers all of them, in turns at all addresses, and answers their ids in the same order. */
export async function createJobs(urls: readonly string[], bodies: object[]): Promise<number[]> {
  const apis = urls.map((url) => new Api(url));
  const ids = new Array<number>(bodies.length);
  let next = 0;
  const client = async (): Promise<void> => {
    for (let index = next++; index < bodies.length; index = next++) {
      const api = apis[index % apis.length] as Api;
      ids[index] = await createJob(api, bodies[index]);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return ids;
}

/** A client sends a request again that could not be served at that moment. */
async function createJob(api: Api, body: unknown): Promise<number> {
  const headers = { 'idempotency-key': randomUUID() };
  const answer = await eventually(async () => {
    const response = await api.send('POST', '/jobs', body, headers);
    return response.status === UNAVAILABLE ? undefined : response;
  });
  const { status, text, body: job } = answer as Answer<JobJson>;
  if (status !== 201) throw new Error(`A job was refused with ${status}: ${text}`);
  return job.id;
}
