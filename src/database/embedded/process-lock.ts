import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedDatabaseError, errorCode } from './embedded-database-error.ts';

const RETRY_MS = 20;
const PATIENCE_MS = 300_000;

let ticketsOfThisProcess = 0;

/**
 * Lets one process at a time do `action` for `path`. Each puts a ticket file of its own beside the
 * path and then looks around: alone, it has the lock, else it withdraws and tries again. A ticket
 * names its process, so one whose process has died is void and anybody may remove it: no lock is
 * ever taken from a name that somebody else may have made anew, and none needs a timeout.
 */
export async function withProcessLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const ticket = await takeLock(path);
  try {
    return await action();
  } finally {
    await rm(ticket, { force: true });
  }
}

async function takeLock(path: string): Promise<string> {
  const prefix = `${basename(path)}.lock-`;
  const mine = `${prefix}${process.pid}-${await startOf(process.pid)}-${(ticketsOfThisProcess += 1)}`;
  const deadline = performance.now() + PATIENCE_MS;

  while (performance.now() < deadline) {
    await writeFile(join(dirname(path), mine), '');
    const others = await liveTickets(dirname(path), prefix);
    if (others.every((name) => name === mine)) return join(dirname(path), mine);

    await rm(join(dirname(path), mine), { force: true });
    // The random part lets one of several that withdraw together come back alone.
    await sleep(RETRY_MS + Math.random() * RETRY_MS * 4);
  }
  throw new EmbeddedDatabaseError(
    `Another process has been preparing ${path} for ${PATIENCE_MS / 60_000} minutes. End it and start again.`,
  );
}

async function liveTickets(directory: string, prefix: string): Promise<string[]> {
  const live: string[] = [];
  for (const name of await readdir(directory)) {
    if (!name.startsWith(prefix)) continue;
    const [pid = '', start = ''] = name.slice(prefix.length).split('-');
    if ((await startOf(Number(pid))) === start) live.push(name);
    else await rm(join(directory, name), { force: true });
  }
  return live;
}

/** Tells a process from a later one with the same id; undefined when there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // The name of the program, in brackets, may itself contain blanks and brackets.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return errorCode(error) === 'EPERM' ? 'alive' : undefined;
  }
}
