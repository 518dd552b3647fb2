import type pg from 'pg';
import { Pulse } from './pulse.ts';
import { ReservedConnection } from './reserved-connection.ts';
import { renewAll } from './stand-in.repository.ts';
import { paceOf, Watch } from './watch.ts';

/** What a stand-in is told when it begins. */
export interface Orders {
  connection: pg.ClientConfig;
  /** The name under which the process holds its runs. */
  worker: string;
  leaseMs: number;
  /** Of the `Pulse`. */
  memory: SharedArrayBuffer;
}

/** Before another try to connect: while nobody needs it, and while leases depend on it. */
const CALM_MS = 10_000;
const URGENT_MS = 1_000;

/**
 * Renews the leases of a process whose main thread gives no sign of life: a handler that computes
 * without a pause must not cost the other runs of its process their leases. It knows neither runs
 * nor handlers, only the name of the worker; what is over, and what is past its own time limit, is
 * for the database to say.
 */
export class StandIn {
  private readonly pulse: Pulse;
  private readonly watch: Watch;
  private readonly connection: ReservedConnection;
  /** The beats at which trouble was last told of: once is enough for one silence. */
  private toldAt: number | undefined;

  constructor(
    private readonly orders: Orders,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.pulse = new Pulse(orders.memory);
    this.watch = new Watch(paceOf(orders.leaseMs));
    this.connection = new ReservedConnection(orders.connection);
  }

  /** Looks for signs of life once, and does what is due. Never rejects. */
  async look(nowMs = performance.now()): Promise<void> {
    const { beats } = this.pulse;
    const isDue = this.watch.isDue(beats, nowMs);
    try {
      const connection = await this.connection.open(nowMs, isDue ? URGENT_MS : CALM_MS);
      if (!isDue || !connection) return;
      this.pulse.addRenewal(await renewAll(connection, this.orders));
      this.watch.renewed(nowMs);
    } catch (error) {
      this.connection.drop();
      if (isDue) this.tell(error, beats);
    }
  }

  close(): void {
    this.connection.drop();
  }

  private tell(error: unknown, beats: number): void {
    if (this.toldAt !== beats) this.onTrouble(error);
    this.toldAt = beats;
  }
}
