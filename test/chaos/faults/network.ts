import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What is dropped, seen from the one who is cut off. */
export type Drop = 'both' | 'out' | 'in';

/** An answer to a request that was sent inside a namespace. */
export interface InsideResponse {
  readonly status: number;
  readonly body: string;
}

const CHAINS = { out: ['OUTPUT'], in: ['INPUT'], both: ['OUTPUT', 'INPUT'] } as const;
const DEVICE = { OUTPUT: ['-o', 'eth0'], INPUT: ['-i', 'eth0'] } as const;
const PORT_OPTION = { OUTPUT: '--dport', INPUT: '--sport' } as const;
/** Where nobody else is likely to have addresses: 10.64.0.0/10. */
const SUBNETS = { second: [64, 64], third: [0, 256] } as const;
/** Prints what a request has brought: the address is the first argument, what to send the second. */
const REQUEST = `
  const response = await fetch(process.argv[1], JSON.parse(process.argv[2]));
  console.log(JSON.stringify({ status: response.status, body: await response.text() }));
`;

/**
 * Hosts of a scenario's own, each with an address at one bridge, at which this machine has one as
 * well. Processes run there by a prefix of their command, and what goes between them and this
 * machine can be dropped without a word, as by a broken network. Their own loopback always works.
 * Needs root and Linux.
 */
export class Network {
  private readonly droppedBefore = new Map<string, number>();

  private constructor(
    private readonly id: string,
    private readonly subnet: string,
    private readonly names: readonly string[],
  ) {}

  static async open(names: readonly string[]): Promise<Network> {
    const id = randomBytes(3).toString('hex');
    const network = new Network(id, randomSubnet(), names);
    try {
      await network.build();
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** Whether this process may do such things here. */
  static async isPossible(): Promise<boolean> {
    try {
      const network = await Network.open(['probe']);
      await network.drop('probe', 'both').finally(() => network.close());
      return true;
    } catch {
      return false;
    }
  }

  /** The address of this machine, as it is reached from the hosts. */
  get address(): string {
    return `${this.subnet}.1`;
  }

  addressOf(name: string): string {
    return `${this.subnet}.${this.indexOf(name) + 2}`;
  }

  /** What comes before a command that is to run on this host. */
  prefix(name: string): string[] {
    return ['ip', 'netns', 'exec', this.namespace(name)];
  }

  /**
   * From now on drops what the host sends to others, what they send to it, or both.
   * @param port of the server that is affected, else all are
   */
  async drop(name: string, what: Drop, port?: number): Promise<void> {
    for (const chain of CHAINS[what]) {
      const only = port === undefined ? [] : ['-p', 'tcp', PORT_OPTION[chain], String(port)];
      await this.iptables(name, '-A', chain, ...DEVICE[chain], ...only, '-j', 'DROP');
    }
  }

  /** Lets everything pass again. */
  async heal(name: string): Promise<void> {
    this.droppedBefore.set(name, await this.dropped(name));
    await this.iptables(name, '-F');
  }

  /** How many packets of this host were dropped so far. */
  async dropped(name: string): Promise<number> {
    const listing = await this.iptables(name, '-nvxL');
    const counts = [...listing.matchAll(/^ *(\d+) +\d+ +DROP /gm)].map(([, count]) =>
      Number(count),
    );
    return counts.reduce((sum, count) => sum + count, this.droppedBefore.get(name) ?? 0);
  }

  /** Sends a request to an address that only this host reaches, as a process there would. */
  async fetchInside(
    name: string,
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<InsideResponse> {
    const script = ['--input-type=module', '-e', REQUEST, url, JSON.stringify(init)];
    const [program = '', ...args] = [...this.prefix(name), process.execPath, ...script];
    const { stdout } = await execute(program, args, { env: { PATH: process.env.PATH } });
    return JSON.parse(stdout) as InsideResponse;
  }

  /** Takes it down. Processes that still run there keep their host, cut off from all others. */
  async close(): Promise<void> {
    for (const name of this.names) await ip('netns', 'del', this.namespace(name)).catch(ignore);
    await ip('link', 'del', this.bridge).catch(ignore);
  }

  private async build(): Promise<void> {
    await ip('link', 'add', this.bridge, 'type', 'bridge');
    await ip('address', 'add', `${this.address}/24`, 'dev', this.bridge);
    await ip('link', 'set', this.bridge, 'up');
    for (const name of this.names) await this.addHost(name);
  }

  private async addHost(name: string): Promise<void> {
    const namespace = this.namespace(name);
    const cable = `js${this.id}v${this.indexOf(name)}`;
    await ip('netns', 'add', namespace);
    const peer = ['peer', 'name', 'eth0', 'netns', namespace];
    await ip('link', 'add', cable, 'type', 'veth', ...peer);
    await ip('link', 'set', cable, 'master', this.bridge, 'up');
    await ip('-n', namespace, 'address', 'add', `${this.addressOf(name)}/24`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) await ip('-n', namespace, 'link', 'set', device, 'up');
  }

  private async iptables(name: string, ...args: string[]): Promise<string> {
    const [program = '', ...rest] = [...this.prefix(name), 'iptables', '-w', ...args];
    return (await execute(program, rest)).stdout;
  }

  private get bridge(): string {
    return `js${this.id}`;
  }

  private namespace(name: string): string {
    return `js${this.id}-${name}`;
  }

  private indexOf(name: string): number {
    const index = this.names.indexOf(name);
    if (index < 0) throw new Error(`There is no host ${name}`);
    return index;
  }
}

async function ip(...args: string[]): Promise<void> {
  await execute('ip', args);
}

function ignore(): void {
  // What was never made need not be taken down.
}

function randomSubnet(): string {
  const [second, third] = [SUBNETS.second, SUBNETS.third].map(
    ([first, count]) => first + Math.floor(Math.random() * count),
  );
  return `10.${second}.${third}`;
}
