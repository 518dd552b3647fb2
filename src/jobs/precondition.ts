import { RevisionMismatchError } from './job-errors.ts';

const ENTITY_TAG = /^"(\d{1,10})"$/;

/** The entity tag of a job: its revision. */
export function entityTag({ revision }: { revision: number }): string {
  return `"${revision}"`;
}

/**
 * Holds an `If-Match` header against a job. Several tags may be listed, `*` is any; a weak tag or
 * something else matches nothing, as RFC 9110 has it.
 */
export function requireMatch(
  ifMatch: string | undefined,
  { revision }: { revision: number },
): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  const tags = ifMatch.split(',').map((tag) => ENTITY_TAG.exec(tag.trim())?.[1]);
  if (!tags.includes(String(revision))) throw new RevisionMismatchError(revision);
}
