import { randomBytes } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { COMMAND_ENVIRONMENT, identity } from '../../../src/database/embedded/command.ts';
import { freePort } from '../../../src/database/embedded/launch.ts';
import { migrate } from '../../../src/database/migrations.ts';
import { createPool } from '../../../src/database/pool.ts';
import type { TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { copyData, makeData, type PostgresData } from './postgres-data.ts';

export interface PrivatePostgresOptions {
  /** Settings of the server beside our own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Variables of its processes, as for a faked time. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Addresses to listen on beside the loopback. */
  readonly addresses?: readonly string[];
  /** Where the data goes, else the system's directory for such things. */
  readonly parent?: string;
}

const MIGRATIONS = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));
const LOOPBACK = '127.0.0.1';
/** A commit is kept whatever becomes of the processes; of the machine nobody asks. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  shared_buffers: '64MB',
  max_connections: '200',
  wal_keep_size: '1GB',
  random_page_cost: '1.1',
  timezone: 'UTC',
  unix_socket_directories: '',
};
const STOP_SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
/** Below those that the system gives to clients, so that it is free again after a stop. */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A PostgreSQL that belongs to one scenario, which may do with it what it likes. */
export class PrivatePostgres {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly place: PostgresData,
    readonly port: number,
    private readonly options: PrivatePostgresOptions,
  ) {}

  /** Makes a server with no data, and resolves when it is ready. */
  static async start(options: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
    return PrivatePostgres.on(await makeData(options.parent), options);
  }

  private static async on(
    place: PostgresData,
    options: PrivatePostgresOptions,
  ): Promise<PrivatePostgres> {
    const port = await freePort(FIRST_PORT + Math.floor(Math.random() * PORTS));
    const server = new PrivatePostgres(place, port, options);
    await server.start();
    return server;
  }

  /** The address of the superuser's database. */
  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string, host = LOOPBACK): string {
    return `postgresql://postgres@${host}:${this.port}/${database}`;
  }

  /** The process id of the postmaster. */
  get pid(): number {
    if (this.server?.pid === undefined) throw new Error('The server does not run');
    return this.server.pid;
  }

  get isRunning(): boolean {
    return this.server !== undefined;
  }

  /** Starts it again, on the same port and data, and resolves when it is ready. */
  async start(): Promise<void> {
    await this.launch();
    await this.ready();
  }

  /** Starts it and does not wait. */
  async launch(): Promise<void> {
    const { place, options } = this;
    const log = await open(join(place.directory, 'server.log'), 'a');
    const settings = {
      ...SETTINGS,
      port: String(this.port),
      listen_addresses: [LOOPBACK, ...(options.addresses ?? [])].join(','),
      ...options.settings,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = spawn(place.binaries.postgres, ['-D', place.data, ...args], {
      ...identity(place.account),
      cwd: place.directory,
      env: { ...COMMAND_ENVIRONMENT, ...options.environment },
      stdio: ['ignore', log.fd, log.fd],
    });
    server.once('exit', () => (this.server = undefined));
    await once(server, 'spawn');
    await log.close();
    this.server = server;
  }

  /** Resolves when it accepts connections; fails when it has ended. */
  async ready(): Promise<void> {
    await eventually(
      async () => {
        if (!this.isRunning) return true;
        await this.query('SELECT 1');
        return true;
      },
      { timeoutMs: 60_000 },
    );
    if (!this.isRunning) throw new Error(`The server has ended: ${await this.log()}`);
  }

  /** `fast` ends all sessions first; `immediate` leaves the rest to the next start. */
  async stop(mode: keyof typeof STOP_SIGNALS = 'fast'): Promise<void> {
    await this.end(STOP_SIGNALS[mode]);
  }

  /** All its processes are gone at once, as when the machine has lost power. */
  async kill(): Promise<void> {
    const workers = await this.workers();
    await this.end('SIGKILL');
    for (const pid of workers) signal(pid, 'SIGKILL');
    // The next start looks for processes that still share memory.
    await eventually(() => workers.every((pid) => !signal(pid, 0)));
  }

  /** Ends one session the hard way: the server then ends all of them, and recovers. */
  killBackend(pid: number): void {
    process.kill(pid, 'SIGKILL');
  }

  /** The processes of sessions and of the server itself, without the postmaster. */
  async workers(): Promise<number[]> {
    const text = await readFile(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  }

  /** What the server has logged. */
  async log(): Promise<string> {
    return readFile(join(this.place.directory, 'server.log'), 'utf8');
  }

  /** One statement of the superuser, on a connection of its own. */
  async query<T extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'fault' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text, values)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** A database with the current schema and nothing in it. */
  async createDatabase(): Promise<TestDatabase> {
    const name = `test_${randomBytes(8).toString('hex')}`;
    await this.query(`CREATE DATABASE ${name}`);
    const url = this.urlOf(name);
    await migrate(url, MIGRATIONS);
    const pool = createPool({ url, size: 10, use: 'engine', onError: () => undefined });
    return {
      url,
      pool,
      query: async <T extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
        (await pool.query<T>(text, values)).rows,
      drop: async () => {
        await pool.end();
        if (this.isRunning) await this.query(`DROP DATABASE ${name} WITH (FORCE)`);
      },
    };
  }

  /**
   * A standby that follows this server without being waited for.
   * @param primaryUrl the way there, which may lead through a proxy
   */
  async openStandby(primaryUrl = this.url): Promise<PrivatePostgres> {
    const standby = await copyData(this.place, this.url, primaryUrl);
    return PrivatePostgres.on(standby, this.options);
  }

  /** Makes a primary out of a standby. */
  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(wait => true)');
  }

  /** Resolves when this standby has everything that its primary had when it was asked. */
  async catchUp(primary: PrivatePostgres): Promise<void> {
    const [now] = await primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn');
    await eventually(async () => {
      const [row] = await this.query<{ isThere: boolean }>(
        'SELECT pg_last_wal_replay_lsn() >= $1 AS "isThere"',
        [now?.lsn],
      );
      return row?.isThere;
    });
  }

  /** Ends it, and removes its data. */
  async close(): Promise<void> {
    if (this.isRunning) await this.stop('immediate');
    await rm(this.place.directory, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { server } = this;
    if (!server) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  }
}

/** Returns whether the process was there. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
