import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Line, Way } from './line.ts';

/** Something that happens between two pieces, while nothing else goes up on any connection. */
export type Interlude = () => Promise<void>;
/** Sees what passes one way, before it does, and says what becomes of it. */
export type Tap = (bytes: Buffer) => (Buffer | Interlude)[];

type Event = 'open' | 'end' | 'reset' | Buffer;

/** What a flow needs to know of its connection. */
export interface Ends {
  readonly isClosed: boolean;
  /** Marks that something was lost: such a connection is of no use any more. */
  isBroken: boolean;
  open(): void;
  reset(): void;
  close(): void;
}

/** More than this makes the sender wait, as a full window would. */
const ROOM_BYTES = 65_536;
/** With a limited rate, one write is worth so much time at most. */
const SLICES_PER_SECOND = 20;

/** One way of a connection: everything that happens at its source, in order, through the faults. */
export class Flow {
  private readonly queue: { event: Event; dueAt: number }[] = [];
  private queuedBytes = 0;
  private isPumping = false;
  private lastDueAt = 0;
  private limit: { conditions: object; left: number } | undefined;

  constructor(
    private readonly way: Way,
    private readonly ends: Ends,
    private readonly line: Line,
    private readonly source: Socket,
    private readonly target: Socket,
    private readonly tap: Tap,
  ) {
    source.on('data', (bytes: Buffer) => this.take(bytes));
    source.on('end', () => this.take('end'));
    source.on('error', () => this.take('reset'));
  }

  take(event: Event): void {
    const { delayMs = 0, jitterMs = 0, closeDelayMs = 0 } = this.line.conditionsOf(this.ends);
    const lateMs =
      Math.max(0, delayMs + jitterMs * (2 * Math.random() - 1)) +
      (event === 'end' ? closeDelayMs : 0);
    this.lastDueAt = Math.max(this.lastDueAt, performance.now() + lateMs);
    if (delayMs > 0) this.line.bites.delayed += 1;
    if (event === 'end' && closeDelayMs > 0) this.line.bites.closedLate += 1;

    this.queue.push({ event, dueAt: this.lastDueAt });
    this.queuedBytes += sizeOf(event);
    if (this.queuedBytes > ROOM_BYTES) this.source.pause();
    if (!this.isPumping) void this.pump();
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      const { event, dueAt } = next;
      await this.pause(dueAt - performance.now());
      await this.untilFree();
      if (this.ends.isClosed) break;
      await this.pass(event);
      this.queuedBytes -= sizeOf(event);
      if (this.queuedBytes <= ROOM_BYTES) this.source.resume();
    }
    this.isPumping = false;
  }

  private async pass(event: Event): Promise<void> {
    if (this.line.isSilent(this.ends, this.way)) {
      this.line.bites.silenced += 1;
      this.ends.isBroken = true;
    } else if (event === 'open') this.ends.open();
    else if (event === 'end') this.target.end();
    else if (event === 'reset') this.ends.reset();
    else await this.passBytes(event);
  }

  private async passBytes(bytes: Buffer): Promise<void> {
    for (const step of this.tap(bytes)) {
      if (this.ends.isClosed) return;
      if (Buffer.isBuffer(step)) await this.send(step);
      else await this.line.hold(step);
    }
  }

  private async send(bytes: Buffer): Promise<void> {
    for (let rest = bytes; rest.length > 0 && !this.ends.isClosed;) {
      const slice = rest.subarray(0, this.sliceOf(rest.length));
      await this.pause(this.waitFor(slice));
      await this.untilFree();
      await this.write(slice);
      rest = rest.subarray(slice.length);
    }
  }

  private sliceOf(length: number): number {
    const { dripMs, bytesPerSecond } = this.line.conditionsOf(this.ends);
    if (dripMs !== undefined) return 1;
    if (bytesPerSecond === undefined) return length;
    return Math.min(length, Math.ceil(bytesPerSecond / SLICES_PER_SECOND));
  }

  private waitFor({ length }: Buffer): number {
    const { dripMs = 0, bytesPerSecond } = this.line.conditionsOf(this.ends);
    if (dripMs > 0) this.line.bites.dripped += 1;
    if (bytesPerSecond === undefined) return dripMs;
    this.line.bites.throttled += 1;
    return Math.max(dripMs, this.line.book(this.way, length, bytesPerSecond));
  }

  private async write(slice: Buffer): Promise<void> {
    if (this.ends.isClosed) return;
    const allowed = slice.subarray(0, this.allowance());
    this.line.bytes[this.way] += allowed.length;
    const hasRoom = this.target.write(allowed);
    if (this.limit) this.limit.left -= allowed.length;
    if (this.limit && this.limit.left <= 0) {
      this.line.bites.closedEarly += 1;
      this.ends.close();
    } else if (!hasRoom) await this.drained();
  }

  /** How many bytes may still pass before the connection is to close. */
  private allowance(): number {
    const conditions = this.line.conditionsOf(this.ends);
    const bytes = conditions.closeAfterBytes?.[this.way];
    if (bytes === undefined) this.limit = undefined;
    else if (this.limit?.conditions !== conditions) this.limit = { conditions, left: bytes };
    return this.limit?.left ?? Infinity;
  }

  private async drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        this.target.off('drain', done).off('close', done);
        resolve();
      };
      this.target.on('drain', done).on('close', done);
    });
  }

  private async untilFree(): Promise<void> {
    if (!this.line.isBlocked(this.ends, this.way)) return;
    this.line.bites.frozen += 1;
    while (!this.ends.isClosed && this.line.isBlocked(this.ends, this.way)) {
      await this.line.changed();
    }
  }

  private async pause(ms: number): Promise<void> {
    // A connection that is gone keeps no process alive.
    if (ms > 0) await sleep(ms, undefined, { ref: false });
  }
}

function sizeOf(event: Event): number {
  return Buffer.isBuffer(event) ? event.length : 0;
}
