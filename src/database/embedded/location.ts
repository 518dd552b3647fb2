import { createHash, randomBytes } from 'node:crypto';
import { access, chmod, constants, lstat, mkdir, readlink, realpath } from 'node:fs/promises';
import { rename, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { serverAccount } from './account.ts';
import { run } from './command.ts';
import type { Account } from './command.ts';
import { EmbeddedDatabaseError, errorCode, USE_YOUR_OWN } from './embedded-database-error.ts';
import { withProcessLock } from './process-lock.ts';

/** Where root puts what an unprivileged account has to reach. */
const ROOT_SHELTER = '/var/lib/job-scheduler';

export interface Location {
  /** The directory that holds the data, its password and its log; it need not exist yet. */
  readonly home: string;
  /** Who runs the server; undefined means: as who we are. */
  readonly account: Account | undefined;
  /** Where copies of programs go when those of the npm package cannot be used in place. */
  readonly shelter: string;
}

/**
 * Decides where the data lives and who serves it. That is `dataDirectory` itself, unless root
 * starts the service in a place that only root may enter: then the data lives in a place that the
 * server's account can reach, and `dataDirectory` is a link to it.
 */
export async function locate(
  dataDirectory: string,
  log: (message: string) => void,
): Promise<Location> {
  const home = await openParent(dataDirectory);
  const account = await serverAccount(home);
  if (!account) {
    await refuseForeignData(home);
    return { home, account, shelter: dirname(dataDirectory) };
  }
  if (await canEnter(account, dirname(home))) return { home, account, shelter: ROOT_SHELTER };

  await openShelter(ROOT_SHELTER);
  const moved = await withProcessLock(dataDirectory, () => moveToShelter(dataDirectory));
  log(`${account.name} may not enter ${dirname(home)}: the data lives in ${moved}.`);
  return { home: moved, account, shelter: ROOT_SHELTER };
}

/** Makes the directory when there is none, open for everybody whatever the umask is. */
export async function openShelter(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true });
  if (made !== undefined) await chmod(directory, 0o755);
}

/** Makes the directory that the data will be in, and returns where the data really is. */
async function openParent(dataDirectory: string): Promise<string> {
  try {
    await mkdir(dirname(dataDirectory), { recursive: true });
    await access(dirname(dataDirectory), constants.W_OK);
    const home = await follow(dataDirectory);
    await mkdir(dirname(home), { recursive: true });
    return home;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedDatabaseError(
      `The embedded database cannot keep its data in ${dataDirectory} (${message}). Set DATA_DIRECTORY to a place that this user may write to, ${USE_YOUR_OWN}`,
      { cause },
    );
  }
}

/** The path behind a link, also when nothing is there yet. */
async function follow(path: string): Promise<string> {
  const parent = await realpath(dirname(path));
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isSymbolicLink()) return join(parent, basename(path));
  return realpath(path).catch(async () => resolve(parent, await readlink(path)));
}

async function refuseForeignData(home: string): Promise<void> {
  const found = await stat(home).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw foreign(home);
  });
  if (!found) return;
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  const isUsable = await access(home, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isOurs || !isUsable) throw foreign(home);
}

function foreign(home: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    `The data of the embedded database in ${home} belongs to another user. Start the service as the user who made it (or as root), remove it, set DATA_DIRECTORY to another place, ${USE_YOUR_OWN}`,
  );
}

/** Asks the system itself, since modes, access lists and mounts all have a say. */
async function canEnter(account: Account, directory: string): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], account)).ok;
}

/**
 * Each link gets a place of its own: whoever removes the link begins anew, and what it led to
 * stays where it was.
 */
async function moveToShelter(dataDirectory: string): Promise<string> {
  const found = await lstat(dataDirectory).catch(() => undefined);
  if (found?.isSymbolicLink()) {
    const target = await follow(dataDirectory);
    if (target.startsWith(`${ROOT_SHELTER}/`)) return target;
    throw new EmbeddedDatabaseError(
      `${dataDirectory} leads to ${target}, which the user that serves the data may not enter. Make it reachable, remove the link, ${USE_YOUR_OWN}`,
    );
  }
  const checkout = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12);
  const target = join(ROOT_SHELTER, `${checkout}-${randomBytes(4).toString('hex')}`);
  if (found) await moveData(dataDirectory, target);
  await symlink(target, dataDirectory);
  return target;
}

async function moveData(from: string, to: string): Promise<void> {
  await rename(from, to).catch((cause: unknown) => {
    throw new EmbeddedDatabaseError(
      `The user that serves the data may not enter ${dirname(from)}, and the data cannot be moved to ${to} by renaming. Stop the service, run "mv ${from} ${to} && ln -s ${to} ${from}" and start again.`,
      { cause },
    );
  });
}
