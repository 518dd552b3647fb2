import type { Server } from 'node:net';
import { PgSession } from './pg-session.ts';
import { type Address, listen, TcpProxy } from './tcp-proxy.ts';
import { type Action, type Ambush, Lookout, Trap } from './trap.ts';

/** A line to PostgreSQL that understands what clients send. */
export class PgProxy extends TcpProxy<PgSession> {
  private constructor(
    server: Server,
    target: Address,
    private readonly databaseUrl: string,
    private readonly lookout: Lookout,
  ) {
    super(server, target, () => new PgSession(lookout));
  }

  static async to(databaseUrl: string): Promise<PgProxy> {
    const { hostname: host, port } = new URL(databaseUrl);
    const target = { host, port: Number(port || 5_432) };
    return new PgProxy(await listen(), target, databaseUrl, new Lookout());
  }

  /** The address of the database through this proxy. */
  get url(): string {
    return this.urlOf(this.databaseUrl);
  }

  /** Messages of clients that have passed so far, over all connections. */
  get messages(): number {
    return this.lookout.messages;
  }

  /** Notifications of the server that were lost on purpose. */
  get lostNotifications(): number {
    return this.lookout.lostNotifications;
  }

  /**
   * Does something at a message that is still to come. Nothing goes to the server on any
   * connection while the action is under way; then everything goes on.
   */
  atMessage(ambush: Ambush, action: Action): Trap {
    const trap = new Trap(ambush, action);
    this.lookout.traps.add(trap);
    return trap;
  }

  /**
   * The end of the client at a message: `kill` ends it, and of what it had sent besides nothing
   * arrives. Whether the message itself does depends on the stand.
   */
  killAtMessage(ambush: Ambush, kill: () => Promise<unknown>): Trap {
    return this.atMessage(ambush, async () => {
      await kill();
      this.hangUp();
    });
  }

  disarm(trap: Trap): void {
    this.lookout.traps.delete(trap);
  }

  /** From now on notifications to these sessions get lost, while everything else passes. */
  loseNotifications(of: (session: PgSession) => boolean = () => true): void {
    this.lookout.losing = of;
  }

  keepNotifications(): void {
    this.lookout.losing = () => false;
  }
}
