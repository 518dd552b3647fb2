import pg from 'pg';

/**
 * A connection that is there before it is needed: in need the database may have none to give. One
 * that breaks is opened again when somebody asks for it, and not before some time has passed.
 */
export class ReservedConnection {
  private client: pg.Client | undefined;
  private triedAt = -Infinity;

  constructor(private readonly config: pg.ClientConfig) {}

  /**
   * Answers the connection; nothing, while it is broken and was tried less than `pauseMs` ago.
   * Rejects when it cannot be opened.
   * @param nowMs by a monotonic clock.
   */
  async open(nowMs: number, pauseMs: number): Promise<pg.Client | undefined> {
    if (this.client || nowMs - this.triedAt < pauseMs) return this.client;
    this.triedAt = nowMs;
    const client = new pg.Client(this.config);
    client.on('error', () => this.drop(client));
    this.client = client;
    await client.connect();
    return this.client;
  }

  /** Gives it up. What one says that was given up before does not concern its successor. */
  drop(client = this.client): void {
    if (client === this.client) this.client = undefined;
    client?.end().catch(() => undefined);
  }
}
