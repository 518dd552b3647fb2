/** One occurrence that differs from the rule; the rule itself stays as it is. */
export interface Exception {
  /** Counts up within a job. */
  id: number;
  /** Leave an occurrence out, have it at another instant, or have one more. */
  action: 'skip' | 'move' | 'add';
  /** The instant that the schedule names, or the one to add. ISO 8601 in UTC, as it is stored. */
  at: string;
  /** Where an occurrence is moved to; null for the other actions. */
  to: string | null;
  reason: string | null;
}

/** An instant that is due by an exception, and the one of the rule that it stands for. */
export interface ExtraInstant {
  at: number;
  nominal: number;
}

/** The exceptions of one job, by instant. Instants are milliseconds since 1970. */
export class Exceptions {
  /** Instants of the rule that are not run at their own time. */
  readonly left: ReadonlySet<number>;
  /** In order of time. */
  readonly extras: readonly ExtraInstant[];

  constructor(exceptions: readonly Exception[]) {
    this.left = new Set(
      exceptions.filter(({ action }) => action !== 'add').map(({ at }) => Date.parse(at)),
    );
    this.extras = exceptions
      .filter(({ action }) => action !== 'skip')
      .map(({ at, to }) => ({ at: Date.parse(to ?? at), nominal: Date.parse(at) }))
      .sort((one, other) => one.at - other.at);
  }
}
