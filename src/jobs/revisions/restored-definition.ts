import { newDefinition } from '../job-definition.ts';
import type { Job, JobDefinition } from '../job.ts';
import type { StoredSnapshot } from '../revision.ts';

/**
 * The definition that a revision holds. Whether the job is active stays as it is; what the revision
 * does not know, since it is older than the field, has its default.
 */
export function restoredDefinition(stored: StoredSnapshot, { isActive }: Job): JobDefinition {
  const { name, schedule, startAt, endAt } = stored;
  const defaults = newDefinition({ name, schedule });
  const known = Object.entries(stored).filter(([field]) => field in defaults);
  return {
    ...defaults,
    ...(Object.fromEntries(known) as Partial<JobDefinition>),
    startAt: instantOf(startAt),
    endAt: instantOf(endAt),
    isActive,
  };
}

function instantOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
