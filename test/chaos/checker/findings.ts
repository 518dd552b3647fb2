import type { BreachKind } from './breach-kinds.ts';

export interface Breach {
  kind: BreachKind;
  /** 0 where it is about no job. */
  jobId: number;
  /** ISO 8601; null where it is about no instant. */
  instant: string | null;
  words: string;
}

export interface Report {
  /** The first of each kind. */
  breaches: Breach[];
  /** How many there are of each kind. */
  kinds: Partial<Record<BreachKind, number>>;
}

const KEPT_OF_A_KIND = 20;

/** Collects breaches: counts all of them, and keeps a few of each kind. */
export class Findings {
  private readonly breaches: Breach[] = [];
  private readonly kinds = new Map<BreachKind, number>();

  /** @param without kinds that are of no interest. */
  constructor(private readonly without: readonly BreachKind[] = []) {}

  /** @param at milliseconds since 1970. */
  add(kind: BreachKind, jobId: number, at: number | null, words: string): void {
    if (this.without.includes(kind)) return;
    const number = (this.kinds.get(kind) ?? 0) + 1;
    this.kinds.set(kind, number);
    if (number > KEPT_OF_A_KIND) return;
    this.breaches.push({ kind, jobId, instant: at === null ? null : text(at), words });
  }

  get report(): Report {
    return { breaches: this.breaches, kinds: Object.fromEntries(this.kinds) };
  }
}

/** An instant in words. */
export function text(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : 'never';
}

/** A breach in one line. */
export function inWords({ kind, jobId, instant, words }: Breach): string {
  return `${kind}: job ${jobId}${instant === null ? '' : ` at ${instant}`}: ${words}`;
}
