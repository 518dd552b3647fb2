import type { CaseFile } from '../case-file.ts';
import { type Answer, type RevisionRow, type Tolerances } from '../evidence.ts';

/** The word of clients for the revisions of one job. */
export class Attestations {
  /** In order of revision; each with the first time at which it, or a later one, was known. */
  private readonly known: { revision: number; at: number }[];

  private constructor(
    seen: { revision: number; at: number }[],
    /** Revisions that no answer accounts for. */
    readonly unexplained: readonly RevisionRow[],
  ) {
    this.known = seen.sort((one, other) => one.revision - other.revision);
    let earliest = Infinity;
    for (const each of this.known.toReversed()) {
      earliest = Math.min(earliest, each.at);
      each.at = earliest;
    }
  }

  /**
   * Finds for every revision the answer that tells of it. A bulk operation tells of none, so that
   * any change within its time may be its own; what the service does by itself needs no answer.
   */
  static of({ revisions, isRecorded, answers }: CaseFile, tolerances: Tolerances): Attestations {
    const told = new Set(answers.map(({ revision }) => revision));
    const inBulk = answers.filter(isBulk);
    const seen = answers.flatMap(({ revision, answeredAt }) =>
      revision === null ? [] : [{ revision, at: answeredAt }],
    );
    const unexplained: RevisionRow[] = [];
    for (const [index, row] of isRecorded ? revisions.entries() : []) {
      if (told.has(row.revision) || isOwn(row, revisions[index - 1])) continue;
      const makers = inBulk.filter((answer) => isWithin(row.at, answer, tolerances));
      if (makers.length === 0) unexplained.push(row);
      else {
        const at = Math.max(...makers.map(({ answeredAt }) => answeredAt));
        seen.push({ revision: row.revision, at });
      }
    }
    return new Attestations(seen, unexplained);
  }

  /** When somebody first knew that a later revision than this one was in force. */
  knownAfter(revision: number): number {
    // Binary search: a job may have thousands of them.
    let [low, high] = [0, this.known.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.known[middle]?.revision ?? 0) > revision) high = middle;
      else low = middle + 1;
    }
    return this.known[low]?.at ?? Infinity;
  }
}

export function isBulk({ operation }: Answer): boolean {
  return operation.startsWith('bulk ');
}

/**
 * Whether the service has made a revision by itself: the end of a pause at its time, the end of a
 * schedule, or the pause of a job that fails again and again.
 */
export function isOwn(
  { actor, action, at, definition }: RevisionRow,
  before: RevisionRow | undefined,
): boolean {
  if (actor !== 'scheduler') return false;
  if (action === 'completed') return true;
  if (action === 'paused') return definition.autoPauseAfter !== null;
  const end = before?.definition.pausedUntil ?? null;
  return end !== null && new Date(end).getTime() === at;
}

/** Whether an instant can have been that of a request; instances have clocks that lag. */
export function isWithin(
  at: number,
  { sentAt, answeredAt }: Answer,
  { lagMs, clockMs }: Tolerances,
): boolean {
  return at >= sentAt - lagMs && at <= answeredAt + clockMs;
}
