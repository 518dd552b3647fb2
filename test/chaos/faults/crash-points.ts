import type { FrontendKind, FrontendMessage } from './pg-messages.ts';
import type { PgSession } from './pg-session.ts';

/** What an instance does in the database, by the statements that tell it from everything else. */
const OPERATIONS = Object.entries({
  plan: /^planner\.(lockDue|calendars|takeBack|save)$/,
  claim: /^claims\.(lockDue|living|schedules|settle)$/,
  finish: /^completions\.finish$/,
  rescue: /FOR UPDATE OF runs SKIP LOCKED$|^UPDATE runs SET status = rescued/,
  'hand back': /^WITH returned AS/,
});
/** Ends an attempt that another one follows, if it says this. */
const ANOTHER_ATTEMPT = 'queued';

const BEGIN = /^BEGIN\b/;
const COMMIT = /^COMMIT\b/;
/** The first message of a statement is one of these; what follows is about the same. */
const FIRST: readonly FrontendKind[] = ['query', 'parse', 'bind'];
/** As much of a statement without a name as tells it from others. */
const LABEL_LENGTH = 30;

/** Where in its work a session is. */
interface Place {
  /** Undefined where nobody looks: another statement, or one that may be part of anything. */
  operation: string | undefined;
  statement: string;
  isInTransaction: boolean;
  /** The first statement of its transaction, which looks whether there is something to do. */
  first: string | undefined;
}

/**
 * The points at which an instance may die: after each message of its work, as it shows in what it
 * says to its database. They are found as they come, so that none is forgotten when a statement is
 * added to the service.
 */
export class CrashPoints {
  /** Those that an instance has come to. */
  readonly visited = new Set<string>();
  private readonly places = new WeakMap<PgSession, Place>();

  /** @param kinds of messages that count. */
  constructor(private readonly kinds: readonly FrontendKind[]) {}

  /**
   * Whether this message is a point that no instance has come to before, which is then visited.
   * @param spared operations that do not count this time.
   */
  visit(message: FrontendMessage, session: PgSession, spared: readonly string[] = []): boolean {
    const place = placeAfter(message, this.places.get(session));
    this.places.set(session, place);
    const { operation, statement } = place;
    if (operation === undefined || spared.includes(operation) || isIdle(place)) return false;
    if (!this.kinds.includes(message.kind)) return false;
    const point = `${operation}: ${statement.slice(0, LABEL_LENGTH)} ${message.kind}`;
    const isNew = !this.visited.has(point);
    this.visited.add(point);
    return isNew;
  }

  /** Those of one operation that were visited. */
  of(operation: string): string[] {
    return [...this.visited].filter((point) => point.startsWith(`${operation}: `));
  }
}

function placeAfter(message: FrontendMessage, before: Place | undefined): Place {
  if (before && !FIRST.includes(message.kind)) return before;
  const { text = '', statement = text.trim().replace(/\s+/g, ' ') } = message;
  if (BEGIN.test(statement)) {
    return { operation: 'begin', statement, isInTransaction: true, first: undefined };
  }
  const operation = operationOf(statement, message);
  if (!before?.isInTransaction) {
    return { operation, statement, isInTransaction: false, first: undefined };
  }
  const isCommit = COMMIT.test(statement);
  const inherited = before.operation === 'begin' ? undefined : before.operation;
  return {
    operation: operation ?? inherited,
    statement: isCommit ? `COMMIT after ${before.statement}` : statement,
    isInTransaction: !isCommit,
    first: before.first ?? statement,
  };
}

function operationOf(statement: string, { bytes }: FrontendMessage): string | undefined {
  const [operation] = OPERATIONS.find(([, pattern]) => pattern.test(statement)) ?? [];
  return operation === 'finish' && bytes.includes(ANOTHER_ATTEMPT) ? 'retry' : operation;
}

/** Whether a transaction ends that has found nothing to do. */
function isIdle({ statement, first }: Place): boolean {
  return statement === `COMMIT after ${first}`;
}
