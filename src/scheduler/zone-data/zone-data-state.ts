/** What the database says of the zone data that next instants derive from. */
export interface ZoneDataState {
  /** Their release; empty when nobody knows. */
  version: string;
  /** When they came into force. */
  since: Date;
  /** The last job that has been brought in line with them; null when all of them have been. */
  doneUpTo: number | null;
  /** When all jobs are to be looked at again. */
  repeatAt: Date | null;
}

/**
 * After a change, so that every process has noticed: what those that had not yet have stored by
 * older data is put right then.
 */
const REPEAT_AFTER_MS = 180_000;
/** A repetition that is so late has found nobody with these data: they come into force anew. */
const LAPSE_MS = 600_000;
/** How far back a repetition looks for instants that older data have passed over. */
const LOOK_BACK_MS = 600_000;

/** What a scheduler with data of some release makes of the state at `now`; the same if nothing. */
export function stateFor(version: string, state: ZoneDataState, now: Date): ZoneDataState {
  if (version > state.version) {
    return { version, since: now, doneUpTo: 0, repeatAt: later(now, REPEAT_AFTER_MS) };
  }
  if (version < state.version) return seenByOlder(version, state, now);
  const { doneUpTo, repeatAt } = state;
  if (doneUpTo !== null || repeatAt === null || repeatAt > now) return state;

  const hasLapsed = later(repeatAt, LAPSE_MS) < now;
  const since = hasLapsed ? now : latest(state.since, later(now, -LOOK_BACK_MS));
  return { version, since, doneUpTo: 0, repeatAt: null };
}

/**
 * The same for a process that goes by older data and stores next instants by them. It never takes
 * newer ones back: who has them looks at all jobs once more.
 */
export function seenByOlder(version: string, state: ZoneDataState, now: Date): ZoneDataState {
  if (version >= state.version || state.repeatAt !== null) return state;
  return { ...state, repeatAt: later(now, REPEAT_AFTER_MS) };
}

function later(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms);
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
