import type pg from 'pg';
import { NoConnectionError } from '../common/unavailable.ts';

/**
 * Whether announcements arrive on a connection, tried out by one of its own: the server delivers it
 * ahead of the answer to the statement that has made it.
 */
export class Echo {
  /** Nobody else's: named after the session. */
  readonly channel: string;
  private isHeard = false;

  constructor(private readonly client: pg.Client) {
    const { processID } = client as unknown as { processID: number };
    this.channel = `scheduler_echo_${processID}`;
  }

  /** To be called when something is announced on its channel. */
  heard(): void {
    this.isHeard = true;
  }

  /** Throws when nothing comes back. */
  async probe(): Promise<void> {
    this.isHeard = false;
    await this.client.query('SELECT pg_notify($1, $2)', [this.channel, '']);
    if (!this.isHeard) throw new NoConnectionError('Announcements do not arrive any more');
  }
}
