import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Waiter } from '../../common/waiter.ts';
import { prepareBinaries } from './binaries.ts';
import type { ServerSettings } from './cluster.ts';
import { EmbeddedDatabaseError, errorCode } from './embedded-database-error.ts';
import { locate } from './location.ts';
import { Presence } from './presence.ts';
import { Server } from './server.ts';

const JOIN_TRIES = 30;
const JOIN_PAUSE_MS = 100;
const REJOIN_PAUSE_MS = 1_000;
const WRONG_PASSWORD = '28P01';
const CUT_BY_STOP = '57P01';

export interface EmbeddedPostgres {
  readonly url: string;
  /** Leaves the server; the last one to leave stops it. Harmless twice. */
  leave(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Where the data lives, kept between starts. */
  readonly dataDirectory: string;
  log(message: string): void;
  /** Server settings beside our own, for data that is made now. */
  readonly settings?: ServerSettings;
}

/**
 * A real PostgreSQL for whoever has configured none. Processes that join with the same directory
 * share one server: the first starts it, the last to leave stops it, and one that was killed
 * leaves it running for the next.
 */
export async function joinEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { log, settings = {} } = options;
  const { home, account, shelter } = await locate(resolve(options.dataDirectory), log);
  const binaries = await prepareBinaries(account, shelter, log);
  const membership = new Membership(new Server({ home, account, binaries, settings }, log), log);
  await membership.join();
  return membership;
}

/** One process' stay at the server, from joining to leaving, across breaks in between. */
class Membership implements EmbeddedPostgres {
  url = '';
  private presence: Presence | undefined;
  private readonly waiter = new Waiter();
  private leaving: Promise<void> | undefined;
  private returning: Promise<void> = Promise.resolve();

  constructor(
    private readonly server: Server,
    private readonly log: (message: string) => void,
  ) {}

  /** Begins anew when the server that was found stops before we are present at it. */
  async join(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const url = await this.server.ensureRunning();
      try {
        this.presence = await Presence.open(url, () => this.comeBack());
        this.url = url;
        return;
      } catch (cause) {
        if (errorCode(cause) === WRONG_PASSWORD || attempt === JOIN_TRIES) {
          const message = cause instanceof Error ? cause.message : String(cause);
          throw new EmbeddedDatabaseError(
            `The embedded database runs but cannot be used: ${message}`,
            { cause },
          );
        }
        await sleep(JOIN_PAUSE_MS);
      }
    }
  }

  leave(): Promise<void> {
    this.leaving ??= this.depart();
    return this.leaving;
  }

  private comeBack(): void {
    this.presence = undefined;
    if (this.leaving) return;
    this.log('The connection to the embedded database broke.');
    this.returning = this.rejoin();
  }

  private async rejoin(): Promise<void> {
    const before = this.url;
    while (!this.leaving && !this.presence) {
      try {
        await this.join();
        this.log('The embedded database is there again.');
      } catch (error) {
        this.log(`The embedded database is away: ${String(error)}`);
        await this.waiter.wait(REJOIN_PAUSE_MS);
      }
    }
    if (this.url !== before) {
      this.log('The embedded database has another port now; start the service again to use it.');
    }
  }

  private async depart(): Promise<void> {
    this.waiter.wake();
    await this.returning;
    // A session that has just broken must not leave a server behind that nobody uses.
    if (!this.presence && (await this.server.isRunning())) {
      await this.join().catch(() => undefined);
    }
    const presence = this.presence;
    if (!presence) return;
    try {
      // The lock is held while the server stops, so that whoever comes now begins anew.
      if (await presence.isLast()) await this.server.stop();
    } catch (error) {
      // Somebody who left just after us is stopping the server already.
      if (errorCode(error) !== CUT_BY_STOP) {
        this.log(`Leaving the embedded database failed: ${String(error)}`);
      }
    } finally {
      await presence.close();
    }
  }
}
