import { instantsOf } from './calendar.ts';
import type { Term } from './terms.ts';

/** An instant at which a job was due, or would have been but for a pause. */
export interface DueInstant {
  /** Milliseconds since 1970. */
  at: number;
  term: Term;
  /** Whether an exception leaves it out. */
  isLeftOut: boolean;
}

/** All of them up to `until`, in order; each belongs to what was in force then. */
export function dueInstants(terms: readonly Term[], until: number): DueInstant[] {
  return terms.flatMap((term) => {
    if (term.state === 'deleted' || term.state === 'ended') return [];
    const [from, to] = [term.from, Math.min(term.to, until)];
    return allIn(term, from, to).map((at) => ({ at, term, isLeftOut: isLeftOut(term, at) }));
  });
}

/** The index of the first that is not earlier than `at`; their number, when all are. */
export function firstFrom(due: readonly DueInstant[], at: number): number {
  let [low, high] = [0, due.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((due[middle] as DueInstant).at >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function allIn(term: Term, from: number, to: number): number[] {
  const regular = instantsOf(term.rule, from, to);
  const added = term.added.filter((at) => at > from && at <= to);
  if (added.length === 0) return regular;
  return [...new Set([...regular, ...added])].sort((one, other) => one - other);
}

function isLeftOut({ left, added }: Term, at: number): boolean {
  return left.has(at) && !added.includes(at);
}
