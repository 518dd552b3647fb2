import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { replies, Target } from '../../support/target.ts';
import type { Delivery } from '../checker/evidence.ts';
import type { Random } from './random.ts';

/** The longest that an answer takes. */
const SLOWEST_MS = 300;
const FAILING = 0.05;

/** A target that notes what it receives, takes its time, and fails now and then. */
export class Receiver {
  readonly deliveries: Delivery[] = [];

  private constructor(
    private readonly target: Target,
    private readonly random: Random,
  ) {
    target.answers((response) => void this.receive(response));
  }

  static async open(random: Random): Promise<Receiver> {
    return new Receiver(await Target.open(), random);
  }

  get url(): string {
    return this.target.url;
  }

  async close(): Promise<void> {
    await this.target.close();
  }

  private async receive(response: ServerResponse): Promise<void> {
    const { headers } = response.req;
    const of = (name: string) => String(headers[name] ?? '');
    this.deliveries.push({
      key: of('idempotency-key'),
      attempt: Number(of('job-attempt')),
      dueAt: Date.parse(of('job-scheduled-for')),
      marker: of('marker'),
      arrivedAt: Date.now(),
    });
    const status = this.random.chance(FAILING) ? 503 : 200;
    await sleep(this.random.integer(0, SLOWEST_MS));
    replies.status(status)(response);
  }
}
