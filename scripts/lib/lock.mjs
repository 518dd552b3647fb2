import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inProject, say } from './project.mjs';

const RETRY_MS = 100;
const DIRECTORY = inProject('.cache', 'locks');

/**
 * Lets one process at a time do `work`. Each puts a ticket of its own down and looks around:
 * alone, it has the lock, else it withdraws and tries again. A ticket whose process has died is
 * void. (The service has the same in src/database/embedded/process-lock.ts, which is not compiled
 * yet when this is needed.)
 */
export async function withLock(name, work) {
  const mine = `${name}-${process.pid}-${startOf(process.pid)}`;
  let patience = false;
  for (;;) {
    mkdirSync(DIRECTORY, { recursive: true });
    writeFileSync(join(DIRECTORY, mine), '');
    if (liveTickets(name).every((ticket) => ticket === mine)) break;
    rmSync(join(DIRECTORY, mine), { force: true });
    if (!patience) say(`Waiting for another process that does the same here (${name}).`);
    patience = true;
    await sleep(RETRY_MS + Math.random() * RETRY_MS * 4);
  }
  try {
    return await work();
  } finally {
    rmSync(join(DIRECTORY, mine), { force: true });
  }
}

function liveTickets(name) {
  return readdirSync(DIRECTORY).filter((ticket) => {
    if (!ticket.startsWith(`${name}-`)) return false;
    const [pid, start] = ticket.slice(name.length + 1).split('-');
    if (startOf(Number(pid)) === start) return true;
    rmSync(join(DIRECTORY, ticket), { force: true });
    return false;
  });
}

/** Tells a process from a later one with the same id; undefined when there is no such process. */
function startOf(pid) {
  if (process.platform === 'linux') {
    try {
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      return status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    } catch {
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    return error.code === 'EPERM' ? 'alive' : undefined;
  }
}
