import type { FrontendMessage } from './pg-messages.ts';
import type { PgSession, Stand, Watch } from './pg-session.ts';
import type { Interlude } from './proxy/flow.ts';

/** At which message something is to happen. */
export interface Ambush {
  /** The n-th message that matches, over all connections, from when the trap is set; else the first. */
  readonly nth?: number;
  /** At every later message that matches as well. */
  readonly again?: boolean;
  readonly matching?: (message: FrontendMessage, session: PgSession) => boolean;
  readonly stand: Stand;
}

/** What happens there; a promise is waited for. */
export type Action = (message: FrontendMessage, session: PgSession) => unknown;

/** Something that happens at a message that has not come yet. */
export class Trap {
  /** Messages that have matched so far. */
  seen = 0;
  /** The message at which it has gone off, the latest one; none while it has not come. */
  message: FrontendMessage | undefined;
  /** Resolves when the action is over for the first time, and fails when that did. */
  readonly sprung: Promise<FrontendMessage>;
  private settle: (outcome: Promise<FrontendMessage>) => void = () => undefined;

  constructor(
    readonly ambush: Ambush,
    private readonly action: Action,
  ) {
    this.sprung = new Promise((resolve) => (this.settle = resolve));
    // Nobody need wait for it.
    this.sprung.catch(() => undefined);
  }

  /** Counts the message, and returns what is to happen when it is the one. */
  meet(message: FrontendMessage, session: PgSession): Interlude | undefined {
    const { nth = 1, again = false, matching = () => true } = this.ambush;
    if ((this.message && !again) || !matching(message, session)) return undefined;
    this.seen += 1;
    if (this.seen < nth) return undefined;
    this.message = message;
    return () => this.spring(message, session);
  }

  private async spring(message: FrontendMessage, session: PgSession): Promise<void> {
    const over = (async () => {
      await this.action(message, session);
      return message;
    })();
    this.settle(over);
    await over.catch(() => undefined);
  }
}

/** Everything that waits for messages on one line. */
export class Lookout implements Watch {
  readonly traps = new Set<Trap>();
  /** Messages of clients that have passed. */
  messages = 0;
  /** Notifications that never arrived. */
  lostNotifications = 0;
  losing: (session: PgSession) => boolean = () => false;

  interludes(message: FrontendMessage, session: PgSession): Record<Stand, Interlude[]> {
    this.messages += 1;
    const due: Record<Stand, Interlude[]> = { before: [], after: [] };
    for (const trap of this.traps) {
      const interlude = trap.meet(message, session);
      if (interlude) due[trap.ambush.stand].push(interlude);
    }
    return due;
  }

  losesNotification(session: PgSession): boolean {
    const isLost = this.losing(session);
    if (isLost) this.lostNotifications += 1;
    return isLost;
  }
}
