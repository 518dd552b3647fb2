import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Bites, type Conditions, Line, type Way } from './proxy/line.ts';
import { type Address, Link, type Session } from './proxy/link.ts';

export type { Bites, Conditions } from './proxy/line.ts';
export type { Address } from './proxy/link.ts';

const LOOPBACK = '127.0.0.1';

/** A connection whose content nobody looks at. */
const opaque = (): Session => ({ up: (bytes) => [bytes], down: (bytes) => [bytes] });

/**
 * A line to a server that can be made slow, silent or broken while connections live on it. Faults
 * are conditions: `apply` sets them, also for connections that exist, and `heal` lifts them.
 */
export class TcpProxy<S extends Session = Session> {
  /** Every attempt to connect, refused ones included: `performance.now()` in milliseconds. */
  readonly attempts: number[] = [];
  protected readonly line = new Line();
  private readonly links = new Set<Link<S>>();

  protected constructor(
    private readonly server: Server,
    private target: Address,
    private readonly newSession: () => S,
  ) {
    server.on('connection', (socket) => this.join(socket));
  }

  static async open(target: Address): Promise<TcpProxy> {
    return new TcpProxy(await listen(), target, opaque);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The same address, as it is reached through this proxy. */
  urlOf(url: string): string {
    const through = new URL(url);
    through.host = `${LOOPBACK}:${this.port}`;
    return through.href;
  }

  /** New connections go there from now on; those that exist stay where they are. */
  aim(target: Address): void {
    this.target = target;
  }

  get openConnections(): number {
    return this.links.size;
  }

  /** What is known of the connections that are there. */
  get sessions(): S[] {
    return [...this.links].map(({ session }) => session);
  }

  /** How often each fault has hit something. */
  get bites(): Readonly<Bites> {
    return this.line.bites;
  }

  /** What has been forwarded so far. */
  get bytes(): Readonly<Record<Way, number>> {
    return this.line.bytes;
  }

  /** Replaces whatever conditions there were; `only` says for which sessions, else for all. */
  apply(conditions: Conditions, only: (session: S) => boolean = () => true): void {
    this.line.apply(conditions, ({ session }: Link<S>) => only(session));
    for (const link of this.links) {
      const isSilent = this.line.isSilent(link, 'up') || this.line.isSilent(link, 'down');
      if (link.isBroken && !isSilent) link.reset();
    }
  }

  /** Lifts all conditions. */
  heal(): void {
    this.apply({});
  }

  /** Resets connections at both ends, all that are there or only some; returns how many. */
  cut(only: (session: S) => boolean = () => true): number {
    const doomed = [...this.links].filter(({ session }) => only(session));
    for (const link of doomed) link.reset();
    this.line.bites.cut += doomed.length;
    return doomed.length;
  }

  /** Closes all connections in good order, as a system does for a process that has died. */
  hangUp(): void {
    for (const link of this.links) link.close();
  }

  /** The most attempts to connect within any one second since an instant of `performance.now()`. */
  busiestSecond(since = 0): number {
    const times = this.attempts.filter((at) => at >= since);
    let first = 0;
    return times.reduce((most, at, index) => {
      while ((times[first] ?? at) <= at - 1_000) first += 1;
      return Math.max(most, index - first + 1);
    }, 0);
  }

  async close(): Promise<void> {
    // A reset of sockets whose other end was killed keeps Node 20 from ever coming to its end.
    for (const link of this.links) link.drop();
    await once(this.server.close(), 'close');
  }

  private join(near: Socket): void {
    this.attempts.push(performance.now());
    if (this.line.isRefusing) {
      this.line.bites.refused += 1;
      near.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const link = new Link(near, this.target, this.line, this.newSession(), () =>
      this.links.delete(link),
    );
    this.links.add(link);
  }
}

/** A server on a free port, whose connections may stay open one way. */
export async function listen(): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  await once(server.listen(0, LOOPBACK), 'listening');
  return server;
}
