import type { Attestations } from './attestations.ts';
import type { Rule } from './calendar.ts';
import type { CaseFile } from '../case-file.ts';
import type { Definition, RevisionRow } from '../evidence.ts';

/** What was in force from one revision of a job until the next. Milliseconds since 1970. */
export interface Term {
  revision: number;
  /** Exclusive. */
  from: number;
  /** Inclusive. */
  to: number;
  /** `ended`: the schedule has had its last occurrence. */
  state: 'active' | 'paused' | 'ended' | 'deleted';
  definition: Definition;
  rule: Rule;
  /** Instants of the rule that are left out. */
  left: ReadonlySet<number>;
  /** Instants beside those of the rule. */
  added: readonly number[];
  pausedUntil: number | null;
  /** A pause that has not ended yet: it gets its range when it does. */
  isOpenPause: boolean;
  /** Since which revision the rule and the state are what they are. */
  since: number;
  /** When a client knew for certain that another revision was in force. */
  overAt: number;
}

/** The history of a job, without gaps from its creation on. */
export function termsOf(
  { row, revisions, listed }: Pick<CaseFile, 'row' | 'revisions' | 'listed'>,
  attestations: Attestations,
): Term[] {
  if (!row) return [];
  const terms: Term[] = [];
  for (const [index, revision] of revisions.entries()) {
    const last = terms.at(-1);
    // A change that is dated before the one that it follows has no time of its own before that.
    const from = Math.max(revision.at, last?.from ?? -Infinity);
    if (last) last.to = from;
    const isDeleted = row.deleted_at !== null && index === revisions.length - 1;
    const overAt = attestations.knownAfter(revision.revision);
    const rule = ruleOf(revision.definition, row.created_at, listed);
    const term: Term = { ...termOf(revision, isDeleted), rule, from, overAt };
    if (last && goesOn(last, term)) term.since = last.since;
    terms.push(term);
  }
  const lastOther = terms.findLastIndex(({ state }) => state !== 'paused');
  for (const term of terms.slice(lastOther + 1)) term.isOpenPause = true;
  return terms;
}

function termOf(
  { revision, action, definition }: RevisionRow,
  isDeleted: boolean,
): Omit<Term, 'rule' | 'from' | 'overAt'> {
  const { isActive, exceptions } = definition;
  const state = isActive ? 'active' : action === 'completed' ? 'ended' : 'paused';
  return {
    revision,
    definition,
    to: Infinity,
    state: isDeleted ? 'deleted' : state,
    left: new Set(exceptions.filter(({ action }) => action !== 'add').map(({ at }) => ms(at))),
    added: exceptions.filter(({ action }) => action !== 'skip').map(({ at, to }) => ms(to ?? at)),
    pausedUntil: instant(definition.pausedUntil),
    isOpenPause: false,
    since: revision,
  };
}

function ruleOf(
  { schedule, timezone, startAt, endAt, spreadSeconds }: Definition,
  createdAt: number,
  listed: readonly number[] | undefined,
): Rule {
  if (spreadSeconds > 0 && !listed)
    throw new Error('This calendar does not know where jobs spread');
  const start = instant(startAt);
  return {
    schedule,
    timezone,
    anchor: start ?? createdAt,
    startAt: start,
    endAt: instant(endAt),
    listed,
  };
}

/** Whether the second goes on as the first, and does not begin anew. The end of one is part of it. */
function goesOn(one: Term, other: Term): boolean {
  return (
    (one.state === other.state || (one.state === 'active' && other.state === 'ended')) &&
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
