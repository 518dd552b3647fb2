import type { Violation } from '../common/errors.ts';
import type { JobDefinition } from './job.ts';

/** The lists of a definition that name the jobs to start next. */
export const CHAIN_FIELDS = ['onSuccess', 'onFailure', 'onFinish'] as const;
type ChainField = (typeof CHAIN_FIELDS)[number];

/** Who is started next, by id. */
export type Chains = Pick<JobDefinition, ChainField>;

/** The same as users write it: jobs by id or by key. A list that is left out stays as it is. */
export type ChainReferences = { [Field in ChainField]?: (number | string)[] };

/** Living jobs by id, and which jobs each of them may start. */
export type JobGraph = ReadonlyMap<number, readonly number[]>;

/** Jobs in a row. */
export const MAX_CHAIN_LENGTH = 10;
/** Jobs that a job leads to, by whatever ways. */
export const MAX_CHAIN_JOBS = 1_000;

/** All jobs that the end of a run may start, each of them once. */
export function targetsOf(chains: Chains): number[] {
  return [...new Set(CHAIN_FIELDS.flatMap((field) => chains[field]))];
}

export function namesJobs(references: ChainReferences): boolean {
  return CHAIN_FIELDS.some((field) => (references[field] ?? []).length > 0);
}

/**
 * What is wrong with the jobs that `job` would start, apart from how long the chain becomes.
 * @param graph all living jobs that they lead to; what it does not hold does not exist.
 */
export function chainViolations(job: Chains & { id?: number }, graph: JobGraph): Violation[] {
  const violations = CHAIN_FIELDS.flatMap((field) =>
    job[field].flatMap((target, index) => {
      const place = `${field}.${index}`;
      if (target === job.id) return [{ path: place, message: 'must not be the job itself' }];
      if (!graph.has(target)) return [unknownJob(place, target)];
      const way = job.id === undefined ? null : wayBetween(target, job.id, graph);
      if (way === null) return [];
      const steps = [job.id, ...way].join(' -> ');
      return [{ path: field, message: `leads back to this job: ${steps}` }];
    }),
  );
  if (violations.length > 0 || graph.size <= MAX_CHAIN_JOBS) return violations;
  return longest(job, graph, `must not lead to more than ${MAX_CHAIN_JOBS} jobs`);
}

/** The list of which the longest chain begins is to blame. */
export function tooLongChain(job: Chains, graph: JobGraph): Violation[] {
  return longest(job, graph, `must not make more than ${MAX_CHAIN_LENGTH} jobs in a row`);
}

export function unknownJob(path: string, job: number | string): Violation {
  const name = typeof job === 'number' ? `the id ${job}` : `the key ${job}`;
  return { path, message: `must be the id or the key of a job; none has ${name}` };
}

/** How many jobs stand in a row, `job` with those that it leads to; one more than allowed at most. */
export function chainLength(job: Chains, graph: JobGraph): number {
  return rowsOf(targetsOf(job), graph) + 1;
}

function longest(job: Chains, graph: JobGraph, message: string): Violation[] {
  const lengths = CHAIN_FIELDS.map((field) => rowsOf(job[field], graph));
  const path = CHAIN_FIELDS[lengths.indexOf(Math.max(...lengths))] as string;
  return [{ path, message }];
}

function rowsOf(targets: readonly number[], graph: JobGraph): number {
  let row = new Set(targets);
  let length = 0;
  while (row.size > 0 && length < MAX_CHAIN_LENGTH) {
    length += 1;
    row = new Set([...row].flatMap((id) => graph.get(id) ?? []));
  }
  return length;
}

/** The shortest way from one job to another, both included; null when there is none. */
function wayBetween(from: number, to: number, graph: JobGraph): number[] | null {
  const cameFrom = new Map<number, number | null>([[from, null]]);
  for (const id of cameFrom.keys()) {
    if (id === to) return wayBack(id, cameFrom);
    for (const next of graph.get(id) ?? []) {
      if (!cameFrom.has(next)) cameFrom.set(next, id);
    }
  }
  return null;
}

function wayBack(end: number, cameFrom: ReadonlyMap<number, number | null>): number[] {
  const before = cameFrom.get(end) ?? null;
  return before === null ? [end] : [...wayBack(before, cameFrom), end];
}
