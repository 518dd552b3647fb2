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
    if (term.state === 'deleted') return [];
    const [from, to] = [term.from, Math.min(term.to, until)];
    const added = new Set(term.added.filter((at) => at > from && at <= to));
    const all = new Set([...instantsOf(term.rule, from, to), ...added]);
    return [...all]
      .sort((one, other) => one - other)
      .map((at) => ({ at, term, isLeftOut: term.left.has(at) && !added.has(at) }));
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
