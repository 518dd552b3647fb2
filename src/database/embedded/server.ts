import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterFiles, ensureCluster, SUPERUSER } from './cluster.ts';
import type { ClusterFiles, ClusterOptions } from './cluster.ts';
import { run } from './command.ts';
import { EmbeddedDatabaseError } from './embedded-database-error.ts';
import { freePort, launch } from './launch.ts';
import { findPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';
import { withProcessLock } from './process-lock.ts';

const POLL_MS = 20;
/** Long, since a server that was killed first replays up to `max_wal_size` of its log. */
const PATIENCE_MS = 300_000;
/** Ending all sessions takes no time, writing what is in memory may. */
const STOP_PATIENCE_MS = 60_000;
const START_TRIES = 5;
const START_PAUSE_MS = 500;

/**
 * The server on one data directory, whoever has started it. It belongs to no process: it is
 * started detached, found again by its `postmaster.pid`, and stopped only when told to.
 */
export class Server {
  private readonly files: ClusterFiles;
  /** Taken again after a crash, so that the address stays true. */
  private lastPort = 0;

  constructor(
    private readonly cluster: ClusterOptions,
    private readonly log: (message: string) => void,
  ) {
    this.files = clusterFiles(cluster.home);
  }

  /** The address of the server, which is made and started if need be. */
  async ensureRunning(): Promise<string> {
    const running = portWhenReady(await findPostmaster(this.files.data));
    const port =
      running === undefined
        ? await withProcessLock(this.cluster.home, () => this.findOrStart())
        : this.join(running);
    this.lastPort = port;
    const password = (await readFile(this.files.password, 'utf8')).trim();
    return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`;
  }

  async isRunning(): Promise<boolean> {
    return (await findPostmaster(this.files.data)) !== undefined;
  }

  /** Ends all sessions, and the server. */
  async stop(): Promise<void> {
    const stopping = await findPostmaster(this.files.data);
    const { binaries, account } = this.cluster;
    // Does not wait, since pg_ctl would go on to wait for a server that somebody starts meanwhile.
    const args = ['stop', '-W', '-D', this.files.data, '-m', 'fast'];
    const { ok, output } = await run(binaries.pgCtl, args, account);

    if (!ok) return this.log(`The embedded PostgreSQL could not be stopped: ${output}`);
    const gone = await this.isGone(stopping);
    this.log(
      gone
        ? 'Stopped the embedded PostgreSQL: nobody else was using it.'
        : 'The embedded PostgreSQL takes long to stop, and goes on stopping by itself.',
    );
  }

  private async isGone(stopping: Postmaster | undefined): Promise<boolean> {
    const deadline = performance.now() + STOP_PATIENCE_MS;
    while (performance.now() < deadline) {
      if ((await findPostmaster(this.files.data))?.pid !== stopping?.pid) return true;
      await sleep(POLL_MS);
    }
    return false;
  }

  private async findOrStart(): Promise<number> {
    if (await ensureCluster(this.cluster)) {
      this.log(`Made an embedded database in ${this.cluster.home}.`);
    }
    for (let attempt = 1; ; attempt += 1) {
      const port = await this.settledPort();
      if (port !== undefined) return this.join(port);
      try {
        return await this.start();
      } catch (error) {
        // Another program took the port, or processes of a killed server are still around.
        if (attempt === START_TRIES) throw error;
        await sleep(START_PAUSE_MS);
      }
    }
  }

  /** Waits until a server that is starting is ready, or one that is stopping is gone. */
  private async settledPort(): Promise<number | undefined> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const postmaster = await findPostmaster(this.files.data);
      if (!postmaster) return undefined;
      const port = portWhenReady(postmaster);
      if (port !== undefined) return port;
      await sleep(POLL_MS);
    }
    throw new EmbeddedDatabaseError(
      `The embedded database in ${this.cluster.home} has been neither ready nor gone for ${PATIENCE_MS / 60_000} minutes; see ${this.files.log}.`,
    );
  }

  private join(port: number): number {
    this.log(`Joining the PostgreSQL that runs on port ${port}, data in ${this.cluster.home}.`);
    return port;
  }

  private async start(): Promise<number> {
    // No server runs here, and none can start while we hold the lock: what is left is a dead
    // one's. The server itself would take a living process with the same number for a rival.
    // (That all processes of the dead one are gone it knows from shared memory, not from the file.)
    await rm(join(this.files.data, 'postmaster.pid'), { force: true });
    const launched = await launch(this.cluster, await freePort(this.lastPort));
    while (!launched.hasEnded() && !(await this.isRunning())) await sleep(POLL_MS);

    const port = await this.settledPort();
    if (port === undefined) {
      throw new EmbeddedDatabaseError(
        `The embedded database does not start: ${await launched.words()}`,
      );
    }
    this.log(`Started the embedded PostgreSQL on port ${port}, data in ${this.cluster.home}.`);
    return port;
  }
}

function portWhenReady(postmaster: Postmaster | undefined): number | undefined {
  return postmaster?.status === 'ready' ? postmaster.port : undefined;
}
