import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { connectionOptions } from './pool.ts';
import { withSchemaEngine } from './schema-engine.ts';

const MINIMUM_SERVER_VERSION = 16;

/** Any number will do, as long as all instances use the same one. */
const MIGRATION_LOCK = 7_205_759_403;

/** The database cannot be used as it is; the message says what to do. */
export class DatabaseRefusedError extends Error {
  override readonly name = 'DatabaseRefusedError';
}

/**
 * Brings the schema up to date and returns the names of the migrations that were applied.
 * Instances that start together take turns: a session lock is held from the first look at the
 * history to the last statement, and goes with its session if the process dies.
 */
export async function migrate(url: string, directory: string): Promise<string[]> {
  const client = new pg.Client(connectionOptions(url));
  await client.connect().catch((cause: Error) => {
    throw new DatabaseRefusedError(`The database cannot be reached: ${cause.message}`, { cause });
  });
  try {
    await refuseOldServer(client);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMigrations(url, directory);
  } finally {
    await client.end();
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  const version = rows[0]?.server_version ?? '';
  if (Number.parseInt(version, 10) < MINIMUM_SERVER_VERSION) {
    throw new DatabaseRefusedError(
      `This service needs PostgreSQL ${MINIMUM_SERVER_VERSION} or later; the server at DATABASE_URL is version ${version}.`,
    );
  }
}

async function applyMigrations(url: string, directory: string): Promise<string[]> {
  const migrationsList = await listMigrations(directory);
  const filters = { externalTables: [], externalEnums: [] };
  return withSchemaEngine(url, async (engine) => {
    const history = { migrationsList, filters, optInToShadowDatabase: false };
    const { failedMigrationNames } = await engine.diagnoseMigrationHistory(history);
    // One that was refused or cut short has left nothing behind, since it is one transaction: it
    // may be tried again, which the engine would not do by itself.
    for (const migrationName of failedMigrationNames) {
      await engine.markMigrationRolledBack({ migrationName });
    }
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  }).catch((cause: Error) => {
    throw new DatabaseRefusedError(`The schema cannot be brought up to date: ${cause.message}`, {
      cause,
    });
  });
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
