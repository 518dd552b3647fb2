import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { joinEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.ts';
import { migrate } from '../../src/database/migrations.ts';

const MIGRATIONS = resolve('prisma/migrations');

/** A database of its own with the current schema, and an open connection or more to it. */
export interface BenchDatabase {
  readonly url: string;
  readonly pool: pg.Pool;
  drop(): Promise<void>;
}

/** The PostgreSQL that a bench runs on. */
export interface BenchServer {
  readonly version: string;
  createDatabase(): Promise<BenchDatabase>;
}

/**
 * Runs `work` with a PostgreSQL: the one of BENCH_POSTGRES_URL or DATABASE_URL, whose account has
 * to be allowed to create databases, or else an embedded one with the settings that users get,
 * durable commits included, in a directory that is removed afterwards.
 */
export async function withServer<T>(work: (server: BenchServer) => Promise<T>): Promise<T> {
  const given = process.env.BENCH_POSTGRES_URL ?? process.env.DATABASE_URL;
  if (given) return work(await connect(given));

  const directory = await mkdtemp(join(tmpdir(), 'job-scheduler-bench-'));
  // The server may run as another user, who has to get in.
  await chmod(directory, 0o755);
  const server = await joinEmbeddedPostgres({
    dataDirectory: join(directory, 'postgres'),
    log: () => undefined,
  });
  const stop = async (): Promise<void> => {
    await server.leave();
    await rm(directory, { recursive: true, force: true });
  };
  // An interrupted bench must not leave a server behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(1)));
  }
  try {
    return await work(await connect(server.url));
  } finally {
    await stop();
  }
}

async function connect(adminUrl: string): Promise<BenchServer> {
  const { rows } = await asAdmin(adminUrl, (admin) =>
    admin.query<{ version: string }>(`SELECT current_setting('server_version') AS version`),
  );
  return {
    version: rows[0]?.version ?? 'unknown',
    createDatabase: () => createDatabase(adminUrl),
  };
}

async function createDatabase(adminUrl: string): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(8).toString('hex')}`;
  await asAdmin(adminUrl, (admin) => admin.query(`CREATE DATABASE ${name}`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await migrate(url.href, MIGRATIONS);
  const pool = new pg.Pool({ connectionString: url.href, max: 4, application_name: 'bench' });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    pool,
    drop: async () => {
      await pool.end();
      await asAdmin(adminUrl, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(url);
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
