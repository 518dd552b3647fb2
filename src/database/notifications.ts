import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Waiter } from '../common/waiter.ts';
import { connectionOptions } from './pool.ts';
import { DATABASE_URL } from './tokens.ts';

/** `jobs`: a job became due earlier than known; `runs`: a run did; `cancelled`: a job id or run id. */
const CHANNELS = ['scheduler_jobs', 'scheduler_runs', 'scheduler_cancelled'] as const;
export type Channel = (typeof CHANNELS)[number];

const RECONNECT_MS = 1_000;
/** A connection that has gone silent is noticed by asking; a quiet one looks just the same. */
const PROBE_MS = 5_000;

type Listener = (payload: string) => void;

/**
 * Hears what other instances announce through `NOTIFY`. A hint, never the truth: whoever listens
 * also polls, so a lost connection costs delay only. After each (re)connection all listeners are
 * called with an empty payload, since something may have been missed.
 */
@Injectable()
export class Notifications implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly listeners = new Map<Channel, Listener[]>();
  private readonly waiter = new Waiter();
  private stopping = false;
  private running: Promise<void> = Promise.resolve();

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

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
        this.logger.warn({ message: 'Not listening to the database; trying again', err: error });
      }
      if (!this.stopping) await this.waiter.wait(RECONNECT_MS);
    }
  }

  private async listenUntilBroken(): Promise<void> {
    const client = new pg.Client({ ...connectionOptions(this.url), query_timeout: PROBE_MS });
    let broken: Error | undefined;
    client.on('error', (error) => {
      broken = error;
      this.waiter.wake();
    });
    client.on('notification', ({ channel, payload }) => this.announce(channel as Channel, payload));
    try {
      await client.connect();
      for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
      for (const channel of CHANNELS) this.announce(channel, '');
      while (!this.stopping && !broken) {
        await this.waiter.wait(PROBE_MS);
        if (!this.stopping && !broken) await client.query('SELECT 1');
      }
      if (broken) throw broken;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private announce(channel: Channel, payload = ''): void {
    for (const listener of this.listeners.get(channel) ?? []) listener(payload);
  }
}
