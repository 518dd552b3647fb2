import { DEFINITION_COLUMNS } from './job-columns.ts';
import type { Job, JobDefinition } from './job.ts';

/** What has made a revision. */
export const REVISION_ACTIONS = [
  'created',
  'updated',
  'paused',
  'resumed',
  'completed',
  'restored',
  'excepted',
  'deleted',
] as const;
export type RevisionAction = (typeof REVISION_ACTIONS)[number];

/** Who has: somebody by way of the API, or the scheduler by itself. */
export const ACTORS = ['api', 'scheduler'] as const;
export type Actor = (typeof ACTORS)[number];

/** What a revision keeps of a job: all that a change can touch. */
export type Snapshot = JobDefinition & Pick<Job, 'exceptions' | 'pausedReason' | 'pausedUntil'>;

/** The same as it is read back: JSON, whose instants are text. */
export type StoredSnapshot = Omit<Snapshot, 'startAt' | 'endAt' | 'pausedUntil'> &
  Record<'startAt' | 'endAt' | 'pausedUntil', string | null>;

/** One immutable state of a job. */
export interface StoredRevision {
  jobId: number;
  revision: number;
  action: RevisionAction;
  actor: Actor;
  at: Date;
  definition: StoredSnapshot;
}

export function snapshotOf(job: Snapshot): Snapshot {
  const definition = Object.fromEntries(
    Object.keys(DEFINITION_COLUMNS).map((name) => [name, job[name as keyof JobDefinition]]),
  ) as unknown as JobDefinition;
  const { exceptions, pausedReason, pausedUntil } = job;
  return { ...definition, exceptions, pausedReason, pausedUntil };
}
