import type { JobJson } from '../../support/api.ts';
import type { Random } from './random.ts';

const SCHEDULES = [
  '*/1 * * * * *',
  '*/2 * * * * *',
  '*/3 * * * * *',
  '*/5 * * * * *',
  '1,4,7,10,13,16,19,22,25,28,31,34,37,40,43,46,49,52,55,58 * * * * *',
  '@every 1s',
  '@every 2s',
  '@every 3s',
  '@every 5s',
];

const OVERLAPS = ['skip', 'queue', 'allow', 'replace'];
const MISSED = ['once', 'all', 'skip'];

/** What a subject lets its jobs do. */
export interface Surroundings {
  targetUrl: string;
  random: Random;
}

/**
 * A place for a job that is edited, deleted, and made anew. Several clients work on it at a time,
 * so that each of them knows the job as it was a moment ago.
 */
export class Subject {
  /** As the latest answer has shown it. */
  job: JobJson | undefined;
  readonly key: string | null;

  /** @param number from 0 on; policies follow from it. */
  constructor(private readonly number: number) {
    this.key = number % 2 === 0 ? `subject-${number}` : null;
  }

  get id(): number {
    return this.job?.id ?? 0;
  }

  /** Whoever is answered last need not know the latest: of one job the higher revision counts. */
  learn(job: JobJson): void {
    const isOlder = this.job?.id === job.id && this.job.revision > job.revision;
    if (!isOlder) this.job = job;
  }

  /** The whole of a new job, which names neither its key nor whether it is active. */
  definition({ targetUrl, random }: Surroundings, marker: string): Record<string, unknown> {
    const { number } = this;
    return {
      name: `subject ${number}`,
      type: 'http',
      payload: payloadOf(targetUrl, marker),
      schedule: anySchedule(random),
      overlap: OVERLAPS[number % OVERLAPS.length],
      missed: { policy: MISSED[number % MISSED.length] },
      retry: { maxAttempts: 1 + (number % 3), initialDelayMs: 200, maxDelayMs: 1_000 },
      ...(random.chance(0.2) ? { startAt: anyStart(random) } : {}),
    };
  }
}

export function anySchedule(random: Random): string {
  return random.pick(SCHEDULES);
}

/** A moment ago, or soon. */
export function anyStart(random: Random): string {
  return new Date(Date.now() + random.integer(-3_000, 3_000)).toISOString();
}

/** What is sent says by its marker which definition it comes from. */
export function payloadOf(url: string, marker: string): object {
  return { url, method: 'POST', headers: { marker } };
}
