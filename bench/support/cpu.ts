import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Fields of `/proc/PID/stat`, counted from the state, which follows the name in brackets. */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

let ticksPerSecond: number | undefined;

/** CPU time that a process has used so far, in milliseconds; NaN where there is no /proc. */
export async function cpuMs(pid: number): Promise<number> {
  const fields = await statOf(pid);
  ticksPerSecond ??= readTicksPerSecond();
  return ((Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * 1_000) / ticksPerSecond;
}

/** CPU time that this process has used so far, in milliseconds, its helper threads included. */
export function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Memory of a process that is in RAM now, in MiB; NaN where there is no /proc. */
export async function residentMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(text)?.[1]) / 1_024;
}

async function statOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readTicksPerSecond(): number {
  try {
    return Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  } catch {
    return 100;
  }
}
