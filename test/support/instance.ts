import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** CHAOS_BUILD names another compiled service: one that was broken on purpose. */
const BUILD = process.env.CHAOS_BUILD ?? `${PROJECT}dist`;

/** Pino's number for it. */
const ERROR = 50;

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** How long that took after the signal. */
  ms: number;
}

/** How the process is launched, where that differs from the ordinary. */
export interface Launch {
  /** What comes before the command, as in `ip netns exec NAME`. */
  prefix?: readonly string[];
  /** Flags for Node. */
  nodeFlags?: readonly string[];
  /** Where another release was compiled to. */
  build?: string;
}

/** The compiled service as a process of its own. */
export class Instance {
  /** What it has logged and printed, one line each. */
  readonly lines: string[] = [];
  /** Resolves with its address once it answers there; fails when the process ends before. */
  readonly up: Promise<string>;
  readonly exited: Promise<Pick<Exit, 'code' | 'signal'>>;
  private address: string | undefined;

  private constructor(private readonly child: ChildProcessByStdio<null, Readable, Readable>) {
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    createInterface(child.stderr).on('line', (line) => this.lines.push(line));
    this.up = new Promise<string>((resolve, reject) => {
      child.once('exit', () => reject(new Error(`It has not started: ${this.lines.join('\n')}`)));
      createInterface(child.stdout).on('line', (line) => {
        this.lines.push(line);
        const [, origin] = /Health +(http:\S+)\/health\/ready/.exec(line) ?? [];
        if (origin !== undefined) resolve((this.address = origin));
      });
    });
    this.up.catch(() => undefined);
  }

  /** Starts it on a free port and resolves once it answers there. */
  static async start(
    databaseUrl: string,
    settings: Record<string, string> = {},
    launch: Launch = {},
  ): Promise<Instance> {
    const instance = await Instance.launch(databaseUrl, settings, launch);
    await instance.up;
    return instance;
  }

  /** Starts it and does not wait for anything. */
  static async launch(
    databaseUrl: string,
    settings: Record<string, string> = {},
    { prefix = [], nodeFlags = [], build = BUILD }: Launch = {},
  ): Promise<Instance> {
    await compile();
    const main = `${build}/main.js`;
    const [program, ...args] = [...prefix, process.execPath, ...nodeFlags, main];
    const child = spawn(program, args, {
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
    return new Instance(child);
  }

  get url(): string {
    if (this.address === undefined) throw new Error('It does not answer yet');
    return this.address;
  }

  /** Whether the process is there; one that stands still is. */
  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** What it has logged as an error. */
  get errors(): string[] {
    const level = (line: string) => (JSON.parse(line) as { level: number }).level;
    return this.lines.filter((line) => line.startsWith('{') && level(line) >= ERROR);
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Sends signals, and resolves when the process has ended. */
  async end(...signals: NodeJS.Signals[]): Promise<Exit> {
    const { child } = this;
    const sentAt = performance.now();
    if (this.isAlive) {
      for (const signal of signals) child.kill(signal);
      await this.exited;
    }
    return { code: child.exitCode, signal: child.signalCode, ms: performance.now() - sentAt };
  }
}

/** Compiles the service when nobody has done so yet. */
async function compile(): Promise<void> {
  const compiled = await access(`${BUILD}/main.js`).then(
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
