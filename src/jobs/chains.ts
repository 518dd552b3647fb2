import type { Violation } from '../common/errors.ts';
import type { JobDefinition } from './job.ts';

/** The lists of a definition that name the jobs to start next. */
export const CHAIN_FIELDS = ['onSuccess', 'onFailure', 'onFinish'] as const;
export type ChainField = (typeof CHAIN_FIELDS)[number];

/** Who is started next, by id. */
export type Chains = Pick<JobDefinition, ChainField>;

/** A job that is to be saved; without an id, a new one. */
export type Chained = Chains & { id?: number };

/** Living jobs by id, and which jobs each of them may start. */
export type JobGraph = ReadonlyMap<number, readonly number[]>;

/** Jobs in a row. */
export const MAX_CHAIN_LENGTH = 10;
/** Jobs that one job leads to, by whatever ways. */
export const MAX_CHAIN_JOBS = 1_000;

/** All jobs that the end of a run may start, each of them once. */
export function targetsOf(chains: Chains): number[] {
  return [...new Set(CHAIN_FIELDS.flatMap((field) => chains[field]))];
}

/**
 * What is wrong with the jobs that `job` would start.
 * @param graph all living jobs that these lead to, themselves included.
 */
export function chainViolations(job: Chained, graph: JobGraph): Violation[] {
  const wrong = targetViolations(job, graph);
  if (wrong.length > 0) return wrong;
  const circle = wayBack(job, graph);
  if (circle) {
    const message = `leads back to this job: ${circle.join(' -> ')}`;
    return [{ path: fieldOf(job, circle[1] as number), message }];
  }
  if (graph.size <= MAX_CHAIN_JOBS) return [];
  const message = `must not lead to more than ${MAX_CHAIN_JOBS} jobs`;
  return [{ path: longestField(job, graph), message }];
}

/** How many jobs stand in a row from `job` on; beyond the limit it is not counted further. */
export function chainLength(job: Chains, graph: JobGraph): number {
  return rowLength(targetsOf(job), graph) + 1;
}

/** For a job that stands in too long a row. */
export function tooLongChain(job: Chains, graph: JobGraph): Violation {
  const message = `must not make more than ${MAX_CHAIN_LENGTH} jobs in a row`;
  return { path: longestField(job, graph), message };
}

/** For an entry of a list, by id or by key, that is no job. */
export function unknownJob(path: string, job: number | string): Violation {
  const name = typeof job === 'number' ? `the id ${job}` : `the key ${job}`;
  return { path, message: `must be the id or the key of a job; none has ${name}` };
}

function targetViolations(job: Chained, graph: JobGraph): Violation[] {
  return CHAIN_FIELDS.flatMap((field) =>
    job[field].flatMap((target, index) => {
      const path = `${field}.${index}`;
      if (target === job.id) return [{ path, message: 'must not be the job itself' }];
      return graph.has(target) ? [] : [unknownJob(path, target)];
    }),
  );
}

/** The shortest way from `job` to itself, both ends included; null when there is none. */
function wayBack(job: Chained, graph: JobGraph): number[] | null {
  const { id: end } = job;
  if (end === undefined) return null;
  const cameFrom = new Map(targetsOf(job).map((id) => [id, end]));
  for (const id of cameFrom.keys()) {
    if (id === end) return wayTo(end, cameFrom);
    for (const next of graph.get(id) ?? []) {
      if (!cameFrom.has(next)) cameFrom.set(next, id);
    }
  }
  return null;
}

function wayTo(end: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const way = [end];
  do way.unshift(cameFrom.get(way[0] as number) as number);
  while (way[0] !== end);
  return way;
}

function fieldOf(job: Chains, target: number): string {
  return CHAIN_FIELDS.find((field) => job[field].includes(target)) as string;
}

function longestField(job: Chains, graph: JobGraph): string {
  const lengths = CHAIN_FIELDS.map((field) => rowLength(job[field], graph));
  return CHAIN_FIELDS[lengths.indexOf(Math.max(...lengths))] as string;
}

/** How many jobs stand in a row at most, from these on. */
function rowLength(targets: readonly number[], graph: JobGraph): number {
  let places = new Set(targets);
  let length = 0;
  while (places.size > 0 && length < MAX_CHAIN_LENGTH) {
    length += 1;
    places = new Set([...places].flatMap((id) => graph.get(id) ?? []));
  }
  return length;
}
