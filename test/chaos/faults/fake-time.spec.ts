import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { FakeTime } from './fake-time.ts';
import { PrivatePostgres } from './private-postgres.ts';

const HOUR_MS = 3_600_000;
/** A busy machine takes its time; an hour it does not take. */
const NEAR_MS = 60_000;
/** Every 20 ms what the time is, and how many timers have fired. */
const TELL = `
  let fired = 0;
  setInterval(() => console.log(Date.now(), (fired += 1)), 20);
`;

const IS_POSSIBLE = await FakeTime.isPossible();

(IS_POSSIBLE ? describe : describe.skip)('a time of its own', () => {
  let time: FakeTime;
  let ends: (() => Promise<void>)[];

  beforeEach(async () => {
    time = await FakeTime.open();
    ends = [() => time.close()];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
  });

  function startClock(): Clock {
    const clock = new Clock(time.environment);
    ends.push(() => clock.end());
    return clock;
  }

  it('moves a process to and fro, whose timers go on', async () => {
    const clock = startClock();
    for (const offsetMs of [0, HOUR_MS, -HOUR_MS, 250, 0]) {
      await time.shift(offsetMs);

      await clock.ticks(3);

      expect(Math.abs(clock.now - time.now())).toBeLessThan(NEAR_MS);
    }
  });

  it('begins where it is told to', async () => {
    await time.jumpTo(new Date('2026-03-29T00:58:00Z'));
    const clock = startClock();

    await clock.ticks(1);

    expect(clock.now).toBeGreaterThanOrEqual(Date.parse('2026-03-29T00:58:00Z'));
    expect(clock.now).toBeLessThan(Date.parse('2026-03-29T00:58:00Z') + NEAR_MS);
  });

  it('moves a database, and its sessions with it', async () => {
    const server = await PrivatePostgres.start({ environment: time.environment });
    ends.push(() => server.close());
    const database = await server.createDatabase();
    ends.push(() => database.drop());
    const offset = async () => {
      const [row] = await database.query<{ ms: number }>(
        'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms',
      );
      return Math.floor(((row?.ms ?? NaN) - Date.now() + NEAR_MS / 2) / NEAR_MS);
    };
    const seen = [await offset()];

    for (const offsetMs of [HOUR_MS, -HOUR_MS, 0]) {
      await time.shift(offsetMs);
      seen.push(await offset());
    }

    expect(seen).toEqual([0, 60, -60, 0]);
  });
});

/** A process that tells the time. */
class Clock {
  now = NaN;
  private fired = 0;
  private readonly child: ChildProcessByStdio<null, Readable, null>;

  constructor(environment: Record<string, string>) {
    this.child = spawn(process.execPath, ['-e', TELL], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface(this.child.stdout).on('line', (line) => {
      [this.now = NaN, this.fired = 0] = line.split(' ').map(Number);
    });
  }

  /** Resolves when so many more timers have fired. */
  async ticks(count: number): Promise<void> {
    const before = this.fired;
    await eventually(() => this.fired >= before + count);
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
