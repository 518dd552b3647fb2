import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { FailureRow } from '../common/failure-row.ts';
import { NoConnectionError } from '../common/unavailable.ts';

/**
 * From one attempt to the next while they fail. A second a process may have two: the other one is
 * for the worker's stand-in, whose thread shares nothing with this one.
 */
const RETRY_MS = 1_000;

/**
 * What all connections of this process pass when they are made, whichever pool they are for. A
 * server that is away, or just coming back, meets one attempt at a time and no more than one a
 * second, however many callers there are; all others fail at once by the error of the last one.
 * The first that succeeds opens the gate for everybody.
 */
@Injectable()
export class ConnectionGate {
  private readonly logger = new Logger('Database');
  /** `doubtful`: a connection broke, and nobody knows yet whether there are others to be had. */
  private state: 'open' | 'doubtful' | 'shut' = 'open';
  private trouble: Error | undefined;
  private readonly troubles = new FailureRow();
  private isTold = false;
  private nextAttemptAt = 0;
  /** The only attempt under way, unless the gate is open; resolves when it has ended in any way. */
  private attempt: Promise<unknown> | undefined;

  /** Connects, or throws a `NoConnectionError`. */
  async pass(connect: () => Promise<unknown>): Promise<void> {
    // Its outcome is known in a moment, and decides about all who have come meanwhile.
    while (this.state === 'doubtful' && this.attempt) await this.attempt;
    if (this.state === 'open') return this.connectBy(connect);
    if (this.attempt || performance.now() < this.nextAttemptAt) throw this.refusal();

    const connecting = this.connectBy(connect);
    this.attempt = connecting.catch(() => undefined).finally(() => (this.attempt = undefined));
    return connecting;
  }

  /** To be told of a connection that broke, or has gone silent: others may be in vain. */
  doubt(): void {
    if (this.state === 'open') this.state = 'doubtful';
  }

  private async connectBy(connect: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    try {
      await connect();
      this.open();
    } catch (error) {
      this.shut(error as Error, startedAt);
      throw this.refusal();
    }
  }

  private open(): void {
    this.state = 'open';
    this.trouble = undefined;
    if (this.isTold) this.logger.log('The database can be reached again');
    this.isTold = false;
  }

  private shut(trouble: Error, since: number): void {
    this.state = 'shut';
    this.trouble = trouble;
    this.nextAttemptAt = since + RETRY_MS;
    if (!this.troubles.begins()) return;
    this.logger.warn({ message: 'The database cannot be reached; trying again', err: trouble });
    this.isTold = true;
  }

  private refusal(): NoConnectionError {
    return noConnection(this.trouble);
  }
}

/** Where several addresses were tried in vain, the error has a code and no text. */
export function noConnection(cause: NodeJS.ErrnoException | undefined): NoConnectionError {
  const reason = cause?.message || cause?.code;
  return new NoConnectionError(`The database cannot be reached: ${reason}`, { cause });
}
