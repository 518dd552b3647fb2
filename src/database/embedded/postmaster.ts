import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command.ts';

/** What a running server says about itself in `postmaster.pid`. */
export interface Postmaster {
  readonly pid: number;
  /** Missing while the server has not got that far. */
  readonly port: number | undefined;
  readonly status: string;
}

/** The lines of the file: pid, data, start time, port, socket, address, shared memory, status. */
export function parsePostmaster(text: string): Postmaster | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return { pid, port: Number(lines[3]) || undefined, status: lines[7] ?? '' };
}

/**
 * The server that runs on this data directory, if one does. A file that a killed server has left
 * behind does not count, not even when its process id now belongs to somebody else.
 */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = parsePostmaster(text);
  if (!postmaster) return undefined;
  return (await servesData(postmaster.pid, data)) ? postmaster : undefined;
}

async function servesData(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'win32') return isAlive(pid);

  const [program, option, directory] = await commandLine(pid);
  if (!program || basename(program) !== 'postgres' || option !== '-D' || !directory) return false;
  const served = await realpath(directory).catch(() => undefined);
  // The directory of a live server can be missing only because it has been moved here meanwhile.
  return served === undefined || served === (await realpath(data));
}

/** Readable for everybody, unlike `/proc/PID/cwd`: root in a container may not see that one. */
async function commandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.split('\0');
  }
  const { ok, output } = await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  const [, program = '', directory = ''] =
    /^(.*?) -D (.*?)(?: -c .*)?$/.exec(ok ? output : '') ?? [];
  return [program, '-D', directory];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
