import pg from 'pg';
import { connectionOptions } from '../../../src/database/pool.ts';

/** A little later, so that whoever is quick has answered meanwhile. */
const BLOCKED = `
  SELECT NOT EXISTS (SELECT FROM unnest($1::integer[]) AS sent (pid)
                      WHERE cardinality(pg_blocking_pids(pid)) = 0) AS "areBlocked"
    FROM pg_sleep(0.002)`;

/** A connection of its own that sees what others wait for, and hears what they announce. */
export class Lookout {
  private heard: string[] = [];
  /** One question at a time. */
  private asked: Promise<unknown> = Promise.resolve();
  private onHeard: () => void = () => undefined;

  private constructor(
    private readonly client: pg.Client,
    private readonly channel: string,
  ) {
    client.on('notification', ({ payload = '' }) => {
      this.heard.push(payload);
      this.onHeard();
    });
  }

  static async open(url: string, channel: string): Promise<Lookout> {
    const client = new pg.Client(connectionOptions(url));
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    return new Lookout(client, channel);
  }

  async close(): Promise<void> {
    await this.asked;
    await this.client.end();
  }

  /** Whether each of these sessions waits for another one. */
  async areBlocked(pids: readonly number[]): Promise<boolean> {
    const question = { name: 'blocked', text: BLOCKED, values: [pids] };
    const { rows } = await this.ask<{ areBlocked: boolean }>(question);
    return rows[0]?.areBlocked ?? false;
  }

  /** All that has been announced since it was asked last. */
  async announcements(): Promise<string[]> {
    const end = 'that is all';
    await this.ask({ text: `SELECT pg_notify('${this.channel}', '${end}')` });
    while (!this.heard.includes(end)) {
      await new Promise<void>((resolve) => (this.onHeard = resolve));
    }
    const heard = this.heard.slice(0, this.heard.indexOf(end));
    this.heard = [];
    return heard;
  }

  private async ask<T extends pg.QueryResultRow>(question: pg.QueryConfig) {
    const answer = this.asked.then(() => this.client.query<T>(question));
    this.asked = answer;
    return answer;
  }
}
