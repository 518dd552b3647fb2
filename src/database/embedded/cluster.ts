import { randomBytes } from 'node:crypto';
import { chmod, chown, lchown, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedDatabaseError, errorCode, USE_YOUR_OWN } from './embedded-database-error.ts';

/** Server settings by name, written into the configuration when the data is made. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Durable, and sized for a first try as well as for a benchmark. */
const DEFAULT_SETTINGS: ServerSettings = {
  cluster_name: 'job-scheduler',
  log_line_prefix: '%m [%p] %a ',
  log_timezone: 'UTC',
  max_connections: '200',
  max_wal_size: '4GB',
  random_page_cost: '1.1',
  shared_buffers: '256MB',
  timezone: 'UTC',
};

export const SUPERUSER = 'postgres';

/** The files of one database server, all under its home. */
export interface ClusterFiles {
  readonly data: string;
  readonly password: string;
  readonly log: string;
}

export function clusterFiles(home: string): ClusterFiles {
  return {
    data: join(home, 'data'),
    password: join(home, 'password'),
    log: join(home, 'server.log'),
  };
}

export interface ClusterOptions {
  readonly home: string;
  readonly account: Account | undefined;
  readonly binaries: Binaries;
  readonly settings: ServerSettings;
}

/**
 * Makes the data when there is none, and returns whether it did. It is made under another name
 * and renamed when complete, so that a start that dies half way leaves nothing that looks like
 * data. The caller holds the lock of `home`.
 */
export async function ensureCluster(options: ClusterOptions): Promise<boolean> {
  const { home, account, binaries } = options;
  await refuseOtherVersion(home, binaries);
  if (await holdsData(home)) {
    if (account) await adopt(home, account);
    return false;
  }
  const partial = `${home}.partial`;
  await rm(partial, { recursive: true, force: true });
  await initialise({ ...options, home: partial });
  await rename(partial, home);
  return true;
}

async function holdsData(home: string): Promise<boolean> {
  const names = await readdir(home).catch((error: unknown): string[] => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  if (names.includes('data') && names.includes('password')) return true;
  if (names.length === 0) return false;
  throw new EmbeddedDatabaseError(
    `${home} is not empty, and what it holds is no data of the embedded database. Move it away, set DATA_DIRECTORY to another place, ${USE_YOUR_OWN}`,
  );
}

async function refuseOtherVersion(home: string, binaries: Binaries): Promise<void> {
  const file = join(clusterFiles(home).data, 'PG_VERSION');
  const made = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!made) return;
  const { output } = await run(binaries.postgres, ['--version']);
  if (/\) (\d+)/.exec(output)?.[1] === made) return;
  throw new EmbeddedDatabaseError(
    `The data in ${home} was made by PostgreSQL ${made}, and this release brings ${output}. Dump it with the release that made it, remove it and load the dump, ${USE_YOUR_OWN}`,
  );
}

async function initialise(options: ClusterOptions): Promise<void> {
  const { home, account, binaries, settings } = options;
  const files = clusterFiles(home);
  await mkdir(home, { mode: 0o700 });
  await writeFile(files.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (account) await adopt(home, account);

  const { ok, output } = await run(
    binaries.initdb,
    [
      ...['--pgdata', files.data, '--username', SUPERUSER, '--pwfile', files.password],
      ...['--auth', 'scram-sha-256', '--data-checksums', '--no-instructions'],
      // Built into the server: the same order and case rules on every system.
      ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin'],
      ...['--builtin-locale', 'C.UTF-8'],
      ...Object.entries({ ...DEFAULT_SETTINGS, ...settings }).flatMap(([name, value]) => [
        '--set',
        `${name}=${value}`,
      ]),
    ],
    account,
  );
  if (ok) return;
  throw new EmbeddedDatabaseError(`The embedded database could not be made in ${home}: ${output}`);
}

/** Gives data that root has made or copied to the account that serves it; a server insists. */
async function adopt(home: string, account: Account): Promise<void> {
  const { uid } = await stat(home);
  if (uid === account.uid) return;
  await chownTree(home, account);
  // Comes last: a home that belongs to the account belongs to it with all it holds.
  await chown(home, account.uid, account.gid);
  await chmod(home, 0o700);
}

async function chownTree(directory: string, account: Account): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await chownTree(path, account);
    await lchown(path, account.uid, account.gid);
  }
}
