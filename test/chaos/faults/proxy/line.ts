import { EventEmitter, once } from 'node:events';

/** Up is towards the server, down is back to the client. */
export type Way = 'up' | 'down';
type Ways = Way | 'both';

/** What is wrong with a line; what is left out is as it should be. */
export interface Conditions {
  /** Everything arrives so much later, more or less by `jitterMs`, in the order it was sent. */
  readonly delayMs?: number;
  readonly jitterMs?: number;
  /** For all connections together, each way. */
  readonly bytesPerSecond?: number;
  /** One byte at a time, with this pause before each. */
  readonly dripMs?: number;
  /** Nothing passes, ends of connections included. Nothing is lost: it goes on when lifted. */
  readonly frozen?: Ways;
  /** What is sent is lost and nobody is told. When lifted, connections that lost something are reset. */
  readonly silent?: Ways;
  /** New connections are reset at once. */
  readonly refusing?: boolean;
  /** That one end has closed its side is told to the other so much later. */
  readonly closeDelayMs?: number;
  /** A connection is closed after so many more bytes that way. */
  readonly closeAfterBytes?: Partial<Record<Way, number>>;
}

/**
 * How often each fault has hit something, in pieces as they were read from a socket. One that is
 * still zero has not been a fault at all.
 */
export interface Bites {
  delayed: number;
  throttled: number;
  dripped: number;
  frozen: number;
  silenced: number;
  /** Connections, from here on. */
  refused: number;
  cut: number;
  closedLate: number;
  closedEarly: number;
}

/** The state that all connections of one proxy share: its conditions, and what they have done. */
export class Line {
  readonly bites: Bites = {
    delayed: 0,
    throttled: 0,
    dripped: 0,
    frozen: 0,
    silenced: 0,
    refused: 0,
    cut: 0,
    closedLate: 0,
    closedEarly: 0,
  };
  readonly bytes: Record<Way, number> = { up: 0, down: 0 };
  private conditions: Conditions = {};
  private only: (link: never) => boolean = () => true;
  private holds = 0;
  private freeAt: Record<Way, number> = { up: 0, down: 0 };
  private readonly changes = new EventEmitter().setMaxListeners(0);

  /** @param only the connections that are affected. */
  apply<L>(conditions: Conditions, only: (link: L) => boolean): void {
    this.conditions = conditions;
    this.only = only;
    this.freeAt = { up: 0, down: 0 };
    this.changes.emit('change');
  }

  conditionsOf(link: unknown): Conditions {
    return this.only(link as never) ? this.conditions : {};
  }

  get isRefusing(): boolean {
    return this.conditions.refusing === true;
  }

  /** Nothing goes up on any connection while `action` is under way. */
  async hold(action: () => Promise<void>): Promise<void> {
    this.holds += 1;
    try {
      await action();
    } finally {
      this.holds -= 1;
      this.changes.emit('change');
    }
  }

  isBlocked(link: unknown, way: Way): boolean {
    return (way === 'up' && this.holds > 0) || affects(this.conditionsOf(link).frozen, way);
  }

  isSilent(link: unknown, way: Way): boolean {
    return affects(this.conditionsOf(link).silent, way);
  }

  /** Resolves when something may pass that could not before. */
  async changed(): Promise<void> {
    await once(this.changes, 'change');
  }

  /** Books room for so many bytes and returns in how many milliseconds they may go. */
  book(way: Way, bytes: number, bytesPerSecond: number): number {
    const now = performance.now();
    const from = Math.max(now, this.freeAt[way]);
    this.freeAt[way] = from + (bytes / bytesPerSecond) * 1_000;
    return this.freeAt[way] - now;
  }
}

function affects(ways: Ways | undefined, way: Way): boolean {
  return ways === way || ways === 'both';
}
