import type { Rule } from './calendar.ts';
import type { CaseFile } from './case-file.ts';
import { markerOf, type RevisionRow } from './evidence.ts';
import type { Attestations } from './attestations.ts';

/** What was in force from one revision of a job until the next. Milliseconds since 1970. */
export interface Term {
  revision: number;
  /** Exclusive. */
  from: number;
  /** Inclusive. */
  to: number;
  state: 'active' | 'paused' | 'deleted';
  rule: Rule;
  /** Instants of the rule that are left out. */
  left: ReadonlySet<number>;
  /** Instants beside those of the rule. */
  added: readonly number[];
  marker: string | null;
  pausedUntil: number | null;
  /** A pause that has not ended yet: it gets its range when it does. */
  isOpenPause: boolean;
  /** Since which revision the rule and the state are what they are. */
  since: number;
  /** When a client knew for certain that another revision was in force. */
  overAt: number;
}

/** The history of a job, without gaps from its creation on. */
export function termsOf({ row, revisions }: CaseFile, attestations: Attestations): Term[] {
  if (!row) return [];
  const createdAt = row.created_at.getTime();
  const terms: Term[] = [];
  for (const [index, revision] of revisions.entries()) {
    const last = terms.at(-1);
    // A change that is dated before the one that it follows has no time of its own before that.
    const from = Math.max(revision.at.getTime(), last?.from ?? -Infinity);
    if (last) last.to = from;
    const isEnd = row.deleted_at !== null && index === revisions.length - 1;
    const overAt = attestations.knownAfter(revision.revision);
    const term: Term = { ...termOf(revision, createdAt, isEnd), from, overAt };
    if (last && isSameSchedule(last, term)) term.since = last.since;
    terms.push(term);
  }
  const lastOther = terms.findLastIndex(({ state }) => state !== 'paused');
  for (const term of terms.slice(lastOther + 1)) term.isOpenPause = true;
  return terms;
}

function termOf(
  { revision, definition }: RevisionRow,
  createdAt: number,
  isEnd: boolean,
): Omit<Term, 'from' | 'overAt'> {
  const { schedule, isActive, exceptions } = definition;
  const startAt = instant(definition.startAt);
  return {
    revision,
    to: Infinity,
    state: isEnd ? 'deleted' : isActive ? 'active' : 'paused',
    rule: { schedule, anchor: startAt ?? createdAt, startAt },
    left: new Set(exceptions.filter(({ action }) => action !== 'add').map(({ at }) => ms(at))),
    added: exceptions.filter(({ action }) => action !== 'skip').map(({ at, to }) => ms(to ?? at)),
    marker: markerOf(definition.payload),
    pausedUntil: instant(definition.pausedUntil),
    isOpenPause: false,
    since: revision,
  };
}

function isSameSchedule(one: Term, other: Term): boolean {
  return (
    one.state === other.state &&
    one.rule.schedule === other.rule.schedule &&
    one.rule.startAt === other.rule.startAt
  );
}

function instant(text: string | null): number | null {
  return text === null ? null : ms(text);
}

function ms(text: string): number {
  return new Date(text).getTime();
}
