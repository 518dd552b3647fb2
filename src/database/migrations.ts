import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { isUnavailable } from '../common/unavailable.ts';
import { noConnection } from './connection-gate.ts';
import { MigrationSession } from './migration-session.ts';
import { connectionOptions, startOptions } from './pool.ts';
import { DatabaseRefusedError, refusalOf } from './refusal.ts';
import { withSchemaEngine } from './schema-engine.ts';

const MINIMUM_SERVER_VERSION = 16;

/** Waiting for its turn takes as long as the migrations of others, whatever limits there may be. */
const UNLIMITED = {
  statement_timeout: 0,
  lock_timeout: 0,
  idle_in_transaction_session_timeout: 0,
  idle_session_timeout: 0,
};

/**
 * Settings that not every server knows. The first has the server notice within a second that this
 * process has died, in the middle of a long statement too, so that the lock is free.
 */
const WHERE_KNOWN = [`SET client_connection_check_interval = '1s'`, 'SET transaction_timeout = 0'];

/** Any number will do, as long as all instances use the same one. */
const MIGRATION_LOCK = 7_205_759_403;

/**
 * Brings the schema up to date and returns the names of the migrations that were applied.
 * Instances that start together take turns: a lock is held from the first look at the history to
 * the last statement, by the very session that does it all, and goes with it if the process dies.
 *
 * What can get better by waiting is thrown as it is; anything else is a `DatabaseRefusedError`.
 */
export async function migrate(url: string, directory: string): Promise<string[]> {
  const client = new pg.Client({ ...connectionOptions(url), options: startOptions(UNLIMITED) });
  // What breaks the connection shows in the statement under way.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((cause: Error) => {
      throw isUnavailable(cause) ? noConnection(cause) : cause;
    });
    await prepare(client);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMigrations(client, directory);
  } catch (error) {
    throw refusalOf(error, url) ?? error;
  } finally {
    await client.end();
  }
}

async function prepare(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    `SELECT current_setting('server_version') AS version`,
  );
  const version = rows[0]?.version ?? '';
  if (Number.parseInt(version, 10) < MINIMUM_SERVER_VERSION) {
    throw new DatabaseRefusedError(
      `This service needs PostgreSQL ${MINIMUM_SERVER_VERSION} or later; the server at DATABASE_URL is version ${version}.`,
    );
  }
  for (const setting of WHERE_KNOWN) await client.query(setting).catch(() => undefined);
}

async function applyMigrations(client: pg.Client, directory: string): Promise<string[]> {
  const migrationsList = await listMigrations(directory);
  const filters = { externalTables: [], externalEnums: [] };
  return withSchemaEngine(sessionFor(client, migrationsList), async (engine) => {
    const history = { migrationsList, filters, optInToShadowDatabase: false };
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory(history);
    // One that was refused or cut short has left nothing behind, since it is one transaction: it
    // may be tried again, which the engine would not do by itself.
    for (const migrationName of failedMigrationNames) {
      await engine.markMigrationRolledBack({ migrationName });
    }
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

type MigrationList = Awaited<ReturnType<typeof listMigrations>>;

function sessionFor(client: pg.Client, { migrationDirectories }: MigrationList): MigrationSession {
  const names = migrationDirectories.map(
    ({ path, migrationFile }) => [migrationFile.content.value, path] as const,
  );
  return new MigrationSession(client, new Map(names));
}

async function listMigrations(directory: string) {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const read = (path: string) => readFile(join(directory, path), 'utf8');

  return {
    baseDir: directory,
    lockfile: { path: 'migration_lock.toml', content: await read('migration_lock.toml') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: { tag: 'ok' as const, value: await read(join(name, 'migration.sql')) },
        },
      })),
    ),
  };
}
