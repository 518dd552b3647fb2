/** The moment at which a zone's clock is moved, and the offset that holds from then on. */
export interface Transition {
  /** Seconds since 1970. */
  readonly at: number;
  /** What the local clock shows minus UTC, in seconds. */
  readonly offset: number;
}

/** When which offset held, or will hold. */
export interface Transitions {
  /** Seconds since 1970 at which each offset begins to hold; the first is -Infinity. */
  readonly starts: readonly number[];
  /** What the local clock shows minus UTC, in seconds, from the same place in `starts` on. */
  readonly offsets: readonly number[];
}

/** Changes older than this are left out: schedules have no instants before 1970. */
const EARLIEST = -2 * 86_400;

/**
 * Lists changes, which are in order of time, leaving out those that do not move the clock (a new
 * name only).
 * @param first the offset before all of them.
 */
export function listTransitions(first: number, changes: Iterable<Transition>): Transitions {
  const starts = [-Infinity];
  const offsets = [first];
  for (const { at, offset } of changes) {
    if (at < EARLIEST) offsets[0] = offset;
    else if (offset !== offsets.at(-1)) {
      starts.push(at);
      offsets.push(offset);
    }
  }
  return { starts, offsets };
}
