import { readdir, readFile } from 'node:fs/promises';

/** What a process takes of the machine. */
export interface Footprint {
  rssMiB: number;
  /** Open files, sockets and pipes. */
  handles: number;
  /** Seconds of processor time since its start. */
  cpuSeconds: number;
}

/** Clock ticks a second, which Linux fixes for what it tells of processes. */
const TICKS = 100;

/** Reads it from Linux. */
export async function footprintOf(pid: number): Promise<Footprint> {
  const [status, stat, handles] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
  ]);
  const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(status) ?? [];
  // The name of the program stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { rssMiB: Number(kib) / 1_024, handles: handles.length, cpuSeconds: ticks / TICKS };
}

/** Resident memory of several processes, in MiB and in the same order. */
export async function memoryOf(pids: readonly number[]): Promise<number[]> {
  const footprints = await Promise.all(pids.map((pid) => footprintOf(pid)));
  return footprints.map(({ rssMiB }) => rssMiB);
}
