import { eventually } from '../../support/eventually.ts';
import type { CrashPoints } from './crash-points.ts';
import type { PgProxy } from './pg-proxy.ts';
import type { PgSession } from './pg-session.ts';
import type { Trap } from './trap.ts';

/** After so long without another one, all sessions have come to a stand that can. */
const QUIET_MS = 500;

/**
 * Has every session of one instance stop after the first message at which none has been stopped
 * before, so that a kill hits all its operations in the middle, each at a point of its own. What a
 * session sends after that message is kept back.
 */
export class Standstill {
  /** Operations that go on for now. */
  spared: readonly string[] = [];
  private readonly chosen = new Set<PgSession>();
  private readonly stopped = new Set<PgSession>();
  private readonly trap: Trap;
  private latestAt = -Infinity;

  constructor(
    private readonly proxy: PgProxy,
    points: CrashPoints,
  ) {
    proxy.apply({ frozen: 'up' }, (session) => this.stopped.has(session));
    this.trap = proxy.atMessage(
      {
        again: true,
        stand: 'after',
        // Messages come in bundles: the others of a bundle are seen before the first is sent.
        matching: (message, session) =>
          !this.chosen.has(session) &&
          points.visit(message, session, this.spared) &&
          this.choose(session),
      },
      (_message, session) => this.stop(session),
    );
  }

  /** Whether any session stands still. */
  get isThere(): boolean {
    return this.stopped.size > 0;
  }

  /** Resolves when nothing more comes to a stand, given a while from now on. */
  async complete(): Promise<void> {
    const since = performance.now();
    await eventually(() => performance.now() - Math.max(this.latestAt, since) > QUIET_MS);
  }

  /** Closes all connections, after the death of the instance. */
  end(): void {
    this.proxy.hangUp();
    this.chosen.clear();
    this.stopped.clear();
  }

  /** Lets everything go on from now on. */
  lift(): void {
    this.proxy.disarm(this.trap);
    this.proxy.heal();
  }

  private choose(session: PgSession): boolean {
    this.chosen.add(session);
    return true;
  }

  private stop(session: PgSession): void {
    this.stopped.add(session);
    this.latestAt = performance.now();
  }
}
