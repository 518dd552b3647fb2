import { isMatch } from '../common/entity-tag.ts';
import { RevisionMismatchError } from './job-errors.ts';

export { entityTag } from '../common/entity-tag.ts';

/** Holds an `If-Match` header against a job. */
export function requireMatch(
  ifMatch: string | undefined,
  { revision }: { revision: number },
): void {
  if (!isMatch(ifMatch, { revision })) throw new RevisionMismatchError(revision);
}
