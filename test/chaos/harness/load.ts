import { Api } from '../../support/api.ts';

/** Starts at every second, spread over jobs that are due every five seconds each. */
const PERIOD_S = 5;
const SECOND_MS = 1_000;
/** Requests at a time. */
const CLIENTS = 8;

export interface Load {
  /** Runs due at each second. */
  perSecond: number;
  /** The first instant, in milliseconds since 1970; a full second. */
  from: number;
  /** For how many seconds something is due. */
  seconds: number;
  /** Fields of the jobs beside name and schedule. */
  job?: Record<string, unknown>;
}

/** The schedule of jobs that are due at second 0, 5, 10, ... of a minute, plus `phase`. */
export function everyFiveSeconds(phase: number): string {
  const seconds = Array.from({ length: 60 / PERIOD_S }, (_, index) => index * PERIOD_S + phase);
  return `${seconds.join(',')} * * * * *`;
}

/**
 * Registers jobs through the API, of which so many are due at each second of the time given, and
 * none afterwards. Answers their ids.
 */
export async function createLoad(urls: readonly string[], load: Load): Promise<number[]> {
  const { perSecond, from, seconds, job } = load;
  const bounds = {
    startAt: new Date(from).toISOString(),
    endAt: new Date(from + (seconds - 1) * SECOND_MS).toISOString(),
  };
  const bodies = Array.from({ length: perSecond * PERIOD_S }, (_, index) => ({
    name: `load ${index}`,
    schedule: everyFiveSeconds(index % PERIOD_S),
    ...bounds,
    ...job,
  }));
  return createJobs(urls, bodies);
}

/** Registers all of them, in turns at all addresses, and answers their ids in the same order. */
export async function createJobs(urls: readonly string[], bodies: object[]): Promise<number[]> {
  const apis = urls.map((url) => new Api(url));
  const ids = new Array<number>(bodies.length);
  let next = 0;
  const client = async (): Promise<void> => {
    for (let index = next++; index < bodies.length; index = next++) {
      const api = apis[index % apis.length] as Api;
      const { status, text, body } = await api.send('POST', '/jobs', bodies[index]);
      if (status !== 201) throw new Error(`A job was refused with ${status}: ${text}`);
      ids[index] = body.id;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return ids;
}
