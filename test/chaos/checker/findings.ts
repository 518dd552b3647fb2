/** What can be wrong. */
export type BreachKind =
  // Promise 1: nothing is lost in silence.
  | 'missing'
  | 'miscounted range'
  | 'pause without a range'
  | 'wrong exception'
  | 'open'
  // Promise 2: one row for an occurrence, and recognisable deliveries.
  | 'doubled'
  | 'phantom'
  | 'early'
  | 'delivered twice'
  | 'delivery without run'
  | 'not delivered'
  | 'wrong instant'
  | 'attempts out of order'
  // Promise 5: edits look forward only.
  | 'old definition'
  | 'started in a pause'
  | 'past'
  | 'old payload'
  | 'unknown payload'
  | 'lost trigger'
  | 'unasked trigger'
  // The policy of a job.
  | 'overlapping'
  // Promise 6: a schedule cannot die.
  | 'dead schedule'
  | 'wrong next instant'
  | 'endless pause'
  // What the service says about itself.
  | 'server error'
  | 'contradiction'
  | 'unexplained revision'
  | 'misdated'
  | 'stale answer';

export interface Breach {
  kind: BreachKind;
  jobId: number;
  /** ISO 8601; null where it is about no instant. */
  instant: string | null;
  words: string;
}

export interface Report {
  /** The first of each kind. */
  breaches: Breach[];
  /** How many there are of each kind. */
  counts: Partial<Record<BreachKind, number>>;
}

const KEPT_OF_A_KIND = 20;

/** Collects breaches: counts all of them, and keeps a few of each kind. */
export class Findings {
  private readonly breaches: Breach[] = [];
  private readonly counts = new Map<BreachKind, number>();

  /** @param at milliseconds since 1970. */
  add(kind: BreachKind, jobId: number, at: number | null, words: string): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count > KEPT_OF_A_KIND) return;
    this.breaches.push({ kind, jobId, instant: at === null ? null : text(at), words });
  }

  get report(): Report {
    return { breaches: this.breaches, counts: Object.fromEntries(this.counts) };
  }
}

/** An instant in words. */
export function text(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : 'never';
}
