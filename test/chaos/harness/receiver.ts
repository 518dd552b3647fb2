import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ReceivedRequest, type Reply, replies, Target } from '../../support/target.ts';
import type { Delivery } from '../checker/evidence.ts';

export interface ReceiverOptions {
  /** The address to listen on, else the loopback. */
  host?: string;
  /** How long an answer takes, in milliseconds. */
  delayMs?: () => number;
  /** What is answered then. */
  reply?: (request: ReceivedRequest) => Reply;
}

interface Watch {
  /** Milliseconds since 1970 by the clock of the database. */
  now(): number;
}

/** A target that notes each request with the time at which it has arrived. */
export class Receiver {
  readonly deliveries: Delivery[] = [];
  /** Requests that have arrived and are not answered yet. */
  waiting = 0;

  private constructor(
    private readonly target: Target,
    private readonly watch: Watch,
    private readonly options: ReceiverOptions,
  ) {
    target.answers((response) => void this.receive(response));
  }

  static async open(watch: Watch, options: ReceiverOptions = {}): Promise<Receiver> {
    return new Receiver(await Target.open(options.host), watch, options);
  }

  get url(): string {
    return this.target.url;
  }

  /** The fields of jobs that call it. */
  get job(): Record<string, unknown> {
    const { url } = this;
    return { type: 'http', payload: { url, method: 'POST', body: { hello: 'target' } } };
  }

  async close(): Promise<void> {
    await this.target.close();
  }

  private async receive(response: Parameters<Reply>[0]): Promise<void> {
    const request = this.target.latest as ReceivedRequest;
    this.note(request);
    const { delayMs = () => 0, reply = () => replies.status(200) } = this.options;
    this.waiting += 1;
    // An answer that nobody waits for any more keeps no process alive.
    await sleep(delayMs(), undefined, { ref: false });
    this.waiting -= 1;
    reply(request)(response);
  }

  private note({ headers, body }: ReceivedRequest): void {
    const of = (name: string) => String(headers[name] ?? '');
    this.deliveries.push({
      key: of('idempotency-key'),
      jobId: Number(of('job-id')),
      attempt: Number(of('job-attempt')),
      dueAt: Date.parse(of('job-scheduled-for')),
      marker: of('marker') || null,
      arrivedAt: this.watch.now(),
      bodyHash: createHash('sha256').update(body).digest('base64'),
    });
  }
}
