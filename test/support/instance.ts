import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = `${PROJECT}dist/main.js`;

/** Pino's number for it. */
const ERROR = 50;

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** How long that took after the signal. */
  ms: number;
}

/** The compiled service as a process of its own. */
export class Instance {
  private constructor(
    private readonly child: ChildProcessByStdio<null, Readable, Readable>,
    readonly url: string,
    /** What it has logged and printed, one line each. */
    readonly lines: string[],
  ) {}

  /** Starts it on a free port and resolves once it answers there. */
  static async start(
    databaseUrl: string,
    settings: Record<string, string> = {},
  ): Promise<Instance> {
    await build();
    const child = spawn(process.execPath, [MAIN], {
      cwd: PROJECT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: databaseUrl,
        PORT: '0',
        LOG_LEVEL: 'warn',
        ...settings,
      },
    });
    const lines: string[] = [];
    createInterface(child.stderr).on('line', (line) => lines.push(line));
    const url = await new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`It has not started: ${lines.join('\n')}`)));
      createInterface(child.stdout).on('line', (line) => {
        lines.push(line);
        const [, origin] = /Health +(http:\S+)\/health\/ready/.exec(line) ?? [];
        if (origin !== undefined) resolve(origin);
      });
    });
    return new Instance(child, url, lines);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** What it has logged as an error. */
  get errors(): string[] {
    const level = (line: string) => (JSON.parse(line) as { level: number }).level;
    return this.lines.filter((line) => line.startsWith('{') && level(line) >= ERROR);
  }

  /** Sends signals, and resolves when the process has ended. */
  async end(...signals: NodeJS.Signals[]): Promise<Exit> {
    const { child } = this;
    const sentAt = performance.now();
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      for (const signal of signals) child.kill(signal);
      await exited;
    }
    return { code: child.exitCode, signal: child.signalCode, ms: performance.now() - sentAt };
  }
}

/** Compiles the service when nobody has done so yet. */
async function build(): Promise<void> {
  const compiled = await access(MAIN).then(
    () => true,
    () => false,
  );
  if (compiled) return;
  const tsc = fileURLToPath(import.meta.resolve('typescript/bin/tsc'));
  await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: PROJECT,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}
