import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { cpuMs, residentMiB } from './cpu.ts';

const MAIN = resolve('dist/main.js');
const PATIENCE_MS = 60_000;
const ADDRESS = /^\s+Health\s+(http:\/\/\S+)\/health\/ready$/m;

/** One process of the service, as `npm run start:prod` starts it. */
export interface Service {
  readonly url: string;
  /** Milliseconds from its start until it said that it was ready. */
  readonly readyMs: number;
  cpuMs(): Promise<number>;
  residentMiB(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts the service on a database. Settings in our own environment reach it too, and
 * BENCH_NODE_FLAGS its Node: `--cpu-prof`, say.
 */
export async function startService(
  databaseUrl: string,
  settings: Record<string, string> = {},
): Promise<Service> {
  const start = performance.now();
  const flags = process.env.BENCH_NODE_FLAGS?.split(' ') ?? [];
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      ...settings,
      PORT: '0',
      DATABASE_URL: databaseUrl,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const leave = (): boolean => child.kill('SIGKILL');
  process.once('exit', leave);
  const url = await addressOf(child);
  while (!(await isReady(url))) await new Promise((again) => setTimeout(again, 5));
  const pid = child.pid ?? 0;
  return {
    url,
    readyMs: performance.now() - start,
    cpuMs: () => cpuMs(pid),
    residentMiB: () => residentMiB(pid),
    stop: async () => {
      process.off('exit', leave);
      if (child.exitCode !== null) throw new Error('The service has ended by itself');
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** What the service prints once it listens; what it logs goes on to our own standard error. */
async function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('The service does not start')), PATIENCE_MS);
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}`)));
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (output === 'known') return void process.stderr.write(chunk);
      output += chunk;
      const [, url] = ADDRESS.exec(output) ?? [];
      if (url === undefined) return;
      output = 'known';
      clearTimeout(late);
      resolve(url);
    });
  });
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.ok ?? false;
}
