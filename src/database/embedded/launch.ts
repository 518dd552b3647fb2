import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { clusterFiles } from './cluster.ts';
import type { ClusterOptions } from './cluster.ts';
import { COMMAND_ENVIRONMENT, identity } from './command.ts';

const MAX_LOG_BYTES = 10_000_000;

/** A server process that has been started and may still be far from ready. */
export interface Launched {
  hasEnded(): boolean;
  /** What it has written to its log so far. */
  words(): Promise<string>;
}

/** Starts a server that belongs to no process: it outlives us, and no Ctrl-C reaches it. */
export async function launch(cluster: ClusterOptions, port: number): Promise<Launched> {
  const files = clusterFiles(cluster.home);
  const log = await openLog(cluster);
  const logStart = (await log.stat()).size;
  const options = ['port', 'listen_addresses', 'unix_socket_directories'];
  const values = [port, '127.0.0.1', ''];
  // Not through pg_ctl, which would hand the paths to a shell.
  const child = spawn(
    cluster.binaries.postgres,
    ['-D', files.data, ...options.flatMap((name, index) => ['-c', `${name}=${values[index]}`])],
    {
      ...identity(cluster.account),
      cwd: cluster.home,
      detached: true,
      env: COMMAND_ENVIRONMENT,
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
    },
  );
  child.unref();
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    words: async () => (await readFile(files.log)).subarray(logStart).toString().trim(),
  };
}

async function openLog({ home, account }: ClusterOptions) {
  const path = clusterFiles(home).log;
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.old`);
  const log = await open(path, 'a', 0o600);
  if (account) await log.chown(account.uid, account.gid);
  return log;
}

/** The preferred port when it is free (zero prefers none), else one that the system chooses. */
export async function freePort(preferred: number): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(preferred, '127.0.0.1'), 'listening');
    const address = probe.address();
    return typeof address === 'object' && address ? address.port : 0;
  } catch {
    return freePort(0);
  } finally {
    probe.close();
  }
}
