import { setTimeout as sleep } from 'node:timers/promises';
import { Instance, type Exit, type Launch } from '../../support/instance.ts';

/** Whether every process plays all roles, or one alone. */
export type Shape = 'together' | 'split';

/** CHAOS_SHAPE=split runs the scenarios with the roles on processes of their own. */
export const SHAPE: Shape = process.env.CHAOS_SHAPE === 'split' ? 'split' : 'together';

/** Short leases, so that what is lost comes back within the time that a test has. */
export const LEASE_MS = 5_000;
export const GRACE_MS = 2_000;
const SETTINGS = { LEASE_MS: String(LEASE_MS), SHUTDOWN_GRACE_MS: String(GRACE_MS) };

/** How long a process may take to leave at the end of a scenario. */
const PATIENCE_MS = 15_000;

/** Where one process finds its database, and how it is launched. */
export interface Berth extends Launch {
  databaseUrl: string;
  settings?: Record<string, string>;
}

export interface FleetOptions {
  /** Processes that carry out runs; with split roles one with an API and two schedulers beside. */
  size: number;
  /** With split roles: those with an API, of which there is one otherwise. */
  apis?: number;
  shape?: Shape;
  settings?: Record<string, string>;
  /** By the number of the process, from 0 on. */
  berth: (index: number) => Berth;
}

/** One place in a fleet, and the process that has it at the moment. */
export class Member {
  /** Processes that have ended without being told to. */
  readonly deaths: string[] = [];
  /** What former processes of this place have logged as errors. */
  private readonly formerErrors: string[] = [];
  private instance: Instance | undefined;
  private isWanted = true;

  constructor(
    readonly roles: string,
    private readonly berth: Berth,
    private readonly settings: Record<string, string>,
  ) {}

  async start(): Promise<void> {
    await this.launch();
    await this.process.up;
  }

  /** Starts it, and does not wait until it answers. */
  async launch(): Promise<void> {
    const { databaseUrl, settings, ...launch } = this.berth;
    const all = { ...this.settings, ...settings, ROLES: this.roles };
    this.isWanted = true;
    const instance = await Instance.launch(databaseUrl, all, launch);
    this.instance = instance;
    void instance.exited.then(({ code, signal }) => {
      if (this.instance !== instance || !this.isWanted) return;
      this.deaths.push(`${code ?? signal}: ${instance.lines.slice(-3).join(' | ')}`);
    });
  }

  get process(): Instance {
    if (!this.instance) throw new Error('This member was not started');
    return this.instance;
  }

  get url(): string {
    return this.process.url;
  }

  /** What all its processes have logged as errors. */
  get errors(): string[] {
    return [...this.formerErrors, ...(this.instance?.errors ?? [])];
  }

  /** Whether a name of the ledger's column `worker` is that of its present process. */
  isNamed(worker: string | null): boolean {
    return worker?.includes(`-${this.process.pid}-`) ?? false;
  }

  async end(...signals: NodeJS.Signals[]): Promise<Exit> {
    this.isWanted = false;
    const instance = this.process;
    // A process that stands still heeds nothing but this.
    if (!signals.includes('SIGKILL')) instance.signal('SIGCONT');
    return instance.end(...signals);
  }

  /** Ends the process in the end, whether it heeds a request or not. */
  async leave(): Promise<void> {
    if (!this.instance?.isAlive) return;
    const { process } = this;
    const end = this.end('SIGTERM');
    const isLate = await Promise.race([
      end.then(() => false),
      sleep(PATIENCE_MS, true, { ref: false }),
    ]);
    if (isLate) process.signal('SIGKILL');
    await end;
  }

  /** Ends the process by these signals and puts another one in its place. */
  async replace(...signals: NodeJS.Signals[]): Promise<Exit> {
    const exit = await this.end(...signals);
    this.formerErrors.push(...this.process.errors);
    await this.start();
    return exit;
  }
}

/** Several processes of the service. */
export class Fleet {
  private constructor(readonly members: readonly Member[]) {}

  /** Starts all of them at the same time and resolves when all of them answer. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = Fleet.of(options);
    await Promise.all(fleet.members.map((member) => member.start()));
    return fleet;
  }

  /** Members that nobody has started yet. */
  static of({ size, apis, shape = SHAPE, settings = {}, berth }: FleetOptions): Fleet {
    return new Fleet(
      rolesOf(size, shape, apis).map(
        (roles, index) => new Member(roles, berth(index), { ...SETTINGS, ...settings }),
      ),
    );
  }

  /** The members with an API. */
  get apis(): Member[] {
    return this.members.filter(({ roles }) => roles.includes('api'));
  }

  get workers(): Member[] {
    return this.members.filter(({ roles }) => roles.includes('worker'));
  }

  get errors(): string[] {
    return this.members.flatMap(({ errors }) => errors);
  }

  /** Processes that have ended without being told to. */
  get deaths(): string[] {
    return this.members.flatMap(({ deaths }) => deaths);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.leave()));
  }
}

/** How many processes a fleet of this size has. */
export function processesOf(size: number): number {
  return rolesOf(size, SHAPE).length;
}

/** Those of each process; the ones that carry out runs come first. */
function rolesOf(size: number, shape: Shape, apis = 1): string[] {
  if (shape === 'together') return Array<string>(size).fill('api,scheduler,worker');
  const [workers, others] = [Array<string>(size).fill('worker'), Array<string>(apis).fill('api')];
  return [...workers, 'scheduler', 'scheduler', ...others];
}
