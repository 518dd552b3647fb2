import {
  BackendMessages,
  type FrontendKind,
  type FrontendMessage,
  FrontendMessages,
} from './pg-messages.ts';
import type { Interlude } from './proxy/flow.ts';
import type { Session } from './proxy/link.ts';

/** Where something happens: before a message is forwarded, or just after. */
export type Stand = 'before' | 'after';

/** Who is asked about each message that passes. */
export interface Watch {
  /** What is to happen before and after this message of a client, if anything. */
  interludes(message: FrontendMessage, session: PgSession): Record<Stand, Interlude[]>;
  /** Whether this notification of the server is to be lost. */
  losesNotification(session: PgSession): boolean;
}

const ENCRYPTION: readonly FrontendKind[] = ['ssl-request', 'gssenc-request'];
const NOTIFICATION = 'A';

/** One session as it shows from outside: who it is, and what it has asked for. */
export class PgSession implements Session {
  applicationName = '';
  /** Channels that it has begun to listen to. */
  readonly channels = new Set<string>();
  /** The latest message that has been forwarded, or is about to be. */
  latest: FrontendMessage | undefined;
  private readonly sent = new FrontendMessages();
  private readonly answered = new BackendMessages();

  constructor(private readonly watch: Watch) {}

  /** Whether this is a connection that waits for notifications. */
  get isListening(): boolean {
    return this.channels.size > 0;
  }

  readonly up = (bytes: Buffer): (Buffer | Interlude)[] => {
    const steps: (Buffer | Interlude)[] = [];
    for (const message of this.sent.read(bytes)) {
      this.note(message);
      const { before, after } = this.watch.interludes(message, this);
      steps.push(...before, message.bytes, ...after);
    }
    return joined(steps);
  };

  readonly down = (bytes: Buffer): Buffer[] => {
    const kept: Buffer[] = [];
    for (const message of this.answered.read(bytes)) {
      const isLost = message.type === NOTIFICATION && this.watch.losesNotification(this);
      if (!isLost) kept.push(message.bytes);
    }
    return [Buffer.concat(kept)];
  };

  private note(message: FrontendMessage): void {
    this.latest = message;
    if (ENCRYPTION.includes(message.kind)) this.answered.expectBare();
    if (message.settings) this.applicationName = message.settings.application_name ?? '';
    const [, channel] = /^\s*LISTEN\s+"?(\w+)/i.exec(message.text ?? '') ?? [];
    if (channel !== undefined) this.channels.add(channel);
  }
}

/** The same, with neighbouring bytes as one piece, since each piece is written by itself. */
function joined(steps: (Buffer | Interlude)[]): (Buffer | Interlude)[] {
  return steps.reduce<(Buffer | Interlude)[]>((all, step) => {
    const last = all.at(-1);
    if (Buffer.isBuffer(step) && Buffer.isBuffer(last)) {
      all[all.length - 1] = Buffer.concat([last, step]);
    } else all.push(step);
    return all;
  }, []);
}
