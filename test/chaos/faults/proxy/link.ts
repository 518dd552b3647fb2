import { Socket } from 'node:net';
import { type Ends, Flow, type Tap } from './flow.ts';
import type { Line } from './line.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What looks at a connection while it passes, and knows afterwards what it is for. */
export interface Session {
  readonly up: Tap;
  readonly down: Tap;
}

/** One connection through the proxy, from the client's end to the server's. */
export class Link<S extends Session> implements Ends {
  isClosed = false;
  isBroken = false;
  private readonly far = new Socket({ allowHalfOpen: true });

  /** @param closed told once, when both ends are closed. */
  constructor(
    private readonly near: Socket,
    private readonly target: Address,
    line: Line,
    readonly session: S,
    private readonly closed: () => void,
  ) {
    near.setNoDelay(true);
    this.far.setNoDelay(true);
    const up = new Flow('up', this, line, near, this.far, session.up);
    new Flow('down', this, line, this.far, near, session.down);
    for (const end of [near, this.far]) end.on('close', () => this.check());
    // The way to the server is opened like everything else: late, or not at all.
    up.take('open');
  }

  open(): void {
    this.far.connect(this.target.port, this.target.host);
  }

  reset(): void {
    this.leave(() => {
      for (const end of [this.near, this.far]) end.resetAndDestroy();
    });
  }

  /** In good order: what was written still arrives. */
  close(): void {
    this.leave(() => {
      for (const end of [this.near, this.far]) end.destroySoon();
    });
  }

  /** At once and without ceremony, as at the end of a test: what was written may get lost. */
  drop(): void {
    this.leave(() => {
      for (const end of [this.near, this.far]) end.destroy();
    });
  }

  private leave(end: () => void): void {
    if (this.isClosed) return;
    this.isClosed = true;
    end();
    this.closed();
  }

  private check(): void {
    if (this.near.closed && this.far.closed) this.leave(() => undefined);
  }
}
