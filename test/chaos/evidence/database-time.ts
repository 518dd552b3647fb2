import { performance } from 'node:perf_hooks';
import pg from 'pg';

/** One reading of both clocks at the same moment. */
export interface Tie {
  /** Of this process: `performance.now()` in milliseconds. */
  monotonicMs: number;
  /** Of the database: milliseconds since 1970. */
  databaseMs: number;
  /** The reading cannot be farther off than this. */
  uncertaintyMs: number;
}

const READINGS = 9;
/** Clocks differ by less: one that has gone farther was set, and was right until then. */
const MOST_DRIFT = 0.01;
const CLOCK = 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms';

/**
 * The time of the database as this process tells it: by its monotonic clock, which nobody can set,
 * tied to that of the database at the start. The two may run at different speeds, so they are tied
 * again at the end, and what was noted in between is corrected then.
 */
export class DatabaseTime {
  /** In order. */
  private readonly ties: Tie[] = [];

  /** Is to be tied before it tells anything. */
  constructor(private readonly readTie: () => Promise<Tie>) {}

  /** @param url of the database itself, with nothing in between. */
  static async open(url: string): Promise<DatabaseTime> {
    const time = new DatabaseTime(() => readTie(url));
    await time.tie();
    return time;
  }

  /** Ties the clocks once more; from then on the time is told by this tie. */
  async tie(): Promise<void> {
    this.ties.push(await this.readTie());
  }

  /** Milliseconds since 1970. */
  now(): number {
    const { monotonicMs, databaseMs } = this.latest;
    return databaseMs + (performance.now() - monotonicMs);
  }

  /** A time that `now` has told, as it is known since there are later ties. */
  corrected(toldMs: number): number {
    const index = this.ties.findIndex((tie, at) => this.wasToldBy(tie, this.ties[at + 1], toldMs));
    const [tie, next] = [this.ties[index], this.ties[index + 1]];
    if (!tie || !next) return toldMs;
    const speed = (next.databaseMs - tie.databaseMs) / (next.monotonicMs - tie.monotonicMs);
    if (Math.abs(speed - 1) > MOST_DRIFT) return toldMs;
    return tie.databaseMs + (toldMs - tie.databaseMs) * speed;
  }

  /** How far the clock of the database has gone from ours between the first tie and the last. */
  get driftMs(): number {
    const [first, last] = [this.ties[0] as Tie, this.latest];
    return last.databaseMs - first.databaseMs - (last.monotonicMs - first.monotonicMs);
  }

  /** How wrong a time can be because of how long the readings took. */
  get uncertaintyMs(): number {
    return Math.max(...this.ties.map(({ uncertaintyMs }) => uncertaintyMs));
  }

  private get latest(): Tie {
    return this.ties.at(-1) as Tie;
  }

  private wasToldBy(tie: Tie, next: Tie | undefined, toldMs: number): boolean {
    const monotonicMs = tie.monotonicMs + (toldMs - tie.databaseMs);
    return (
      monotonicMs <= (next?.monotonicMs ?? Infinity) &&
      (monotonicMs >= tie.monotonicMs || tie === this.ties[0])
    );
  }
}

/** Reads both clocks several times, and keeps the reading that took the least time. */
async function readTie(url: string): Promise<Tie> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    let best = await read(client);
    for (let index = 1; index < READINGS; index += 1) {
      const reading = await read(client);
      if (reading.uncertaintyMs < best.uncertaintyMs) best = reading;
    }
    return best;
  } finally {
    await client.end();
  }
}

async function read(client: pg.Client): Promise<Tie> {
  const askedAt = performance.now();
  const { rows } = await client.query<{ ms: number }>(CLOCK);
  const uncertaintyMs = (performance.now() - askedAt) / 2;
  return { monotonicMs: askedAt + uncertaintyMs, databaseMs: rows[0]?.ms ?? NaN, uncertaintyMs };
}
