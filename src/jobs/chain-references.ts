import type { Violation } from '../common/errors.ts';
import { refuse } from '../common/validation.ts';
import { CHAIN_FIELDS, type ChainField, type Chains, unknownJob } from './chains.ts';

/** The jobs to start next as users name them: by id or by key. */
export type ChainReferences = { [Field in ChainField]?: (number | string)[] };

/** Input in which every job is named by its id. */
export type Resolved<T extends ChainReferences> = Omit<T, ChainField> & Partial<Chains>;

/** The keys by which jobs are named. */
export function keysIn(input: ChainReferences): string[] {
  return CHAIN_FIELDS.flatMap((field) => input[field] ?? []).filter(isKey);
}

/**
 * Puts ids in the place of keys; refuses keys that nobody has, and jobs that are named twice.
 * Whether there is a job with an id is for the transaction that saves it to say.
 */
export function withIds<T extends ChainReferences>(
  input: T,
  ids: ReadonlyMap<string, number>,
): Resolved<T> {
  const lists = CHAIN_FIELDS.flatMap((field) => {
    const named = input[field];
    return named ? [{ field, named, list: named.map((job) => idOf(job, ids)) }] : [];
  });
  refuse(lists.flatMap(({ field, named, list }) => entryViolations(field, named, list)));
  const resolved = Object.fromEntries(lists.map(({ field, list }) => [field, list]));
  return { ...input, ...resolved } as Resolved<T>;
}

function idOf(job: number | string, ids: ReadonlyMap<string, number>): number | undefined {
  return isKey(job) ? ids.get(job) : job;
}

function isKey(job: number | string): job is string {
  return typeof job === 'string';
}

function entryViolations(
  field: string,
  named: readonly (number | string)[],
  ids: readonly (number | undefined)[],
): Violation[] {
  return ids.flatMap((id, index) => {
    const path = `${field}.${index}`;
    if (id === undefined) return [unknownJob(path, named[index] as string)];
    const first = ids.indexOf(id);
    return first < index ? [{ path, message: `names the same job as ${field}.${first}` }] : [];
  });
}
