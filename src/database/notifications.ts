import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { FailureRow } from '../common/failure-row.ts';
import { Waiter } from '../common/waiter.ts';
import { ConnectionGate } from './connection-gate.ts';
import { Echo } from './echo.ts';
import { clientBehind } from './gated-client.ts';
import { connectionOptions } from './pool.ts';
import { DATABASE_URL } from './tokens.ts';

/** `jobs`: a job became due earlier than known; `runs`: a run did; `cancelled`: a job id or run id. */
const CHANNELS = ['scheduler_jobs', 'scheduler_runs', 'scheduler_cancelled'] as const;
export type Channel = (typeof CHANNELS)[number];

const RECONNECT_MS = 1_000;
/** Between two probes. Together with the limit: a lost connection is replaced within ten seconds. */
const PROBE_MS = 3_000;
/** How long an answer may take, and the start of a connection as well. */
const ANSWER_LIMIT_MS = 2_000;

type Listener = (payload: string) => void;

/**
 * Hears what other instances announce through `NOTIFY`. A hint, never the truth: whoever listens
 * also polls, so a lost connection costs delay only. After each (re)connection all listeners are
 * called with an empty payload, since something may have been missed.
 *
 * A connection on which nothing is said any more looks like one where there is nothing to say. So
 * it announces something to itself from time to time, and is replaced when that does not arrive.
 */
@Injectable()
export class Notifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly listeners = new Map<Channel, Listener[]>();
  private readonly waiter = new Waiter();
  private readonly troubles = new FailureRow();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly gate: ConnectionGate = new ConnectionGate(),
  ) {}

  on(channel: Channel, listener: Listener): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  onApplicationBootstrap(): void {
    if (this.listeners.size > 0) this.running = this.stayConnected();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.waiter.wake();
    await this.running;
  }

  private async stayConnected(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.listenUntilBroken();
      } catch (error) {
        this.report(error);
      }
      if (!this.stopping) await this.waiter.wait(RECONNECT_MS);
    }
  }

  private async listenUntilBroken(): Promise<void> {
    const Client = clientBehind(this.gate);
    const client = new Client({ ...connectionOptions(this.url), query_timeout: ANSWER_LIMIT_MS });
    let broken: Error | undefined;
    client.on('error', (error) => {
      broken = error;
      this.waiter.wake();
    });
    try {
      await client.connect();
      const echo = await this.listen(client);
      while (!this.stopping && !broken) {
        await this.waiter.wait(PROBE_MS);
        if (!this.stopping && !broken) await echo.probe();
      }
      if (broken) throw broken;
    } finally {
      // Nobody waits for it: the other end may have gone silent.
      client.end().catch(() => undefined);
    }
  }

  private async listen(client: pg.Client): Promise<Echo> {
    const echo = new Echo(client);
    client.on('notification', ({ channel, payload }) => {
      if (channel === echo.channel) echo.heard();
      else this.announce(channel as Channel, payload);
    });
    for (const channel of [...CHANNELS, echo.channel]) await client.query(`LISTEN ${channel}`);
    for (const channel of CHANNELS) this.announce(channel, '');
    return echo;
  }

  private report(error: unknown): void {
    if (!this.troubles.begins()) return;
    this.logger.warn({ message: 'Not listening to the database; trying again', err: error });
  }

  private announce(channel: Channel, payload = ''): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(payload);
  }
}
