import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../support/eventually.ts';
import { Random } from '../../edits/random.ts';
import type { FakeTime } from '../../faults/fake-time.ts';
import type { PgProxy } from '../../faults/pg-proxy.ts';
import type { PrivatePostgres } from '../../faults/private-postgres.ts';
import type { Bound } from '../../harness/bounds.ts';
import { needsFakeTime, openFakeTime } from '../../harness/fake-clocks.ts';
import type { Fleet, Member } from '../../harness/fleet.ts';
import { type Footprint, footprintOf } from '../../harness/footprint.ts';
import { createJobs } from '../../harness/load.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';
import { slopeOf } from '../../harness/trend.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 45);
const SEED = Number(process.env.SOAK_SEED ?? 43);
const SECONDS = MINUTES * 60;
const PER_SECOND = 300;
const SLOW_PER_SECOND = 10;
const SLOW_MS = 600;
const FAULT_EVERY_MS = 15_000;
const FAULT_LASTS_MS = 7_000;
const HOUR_MS = 3_600_000;
const REPAIRED_MS = 60_000;
const SAMPLE_MS = 5_000;
/** Before that a process still grows to the size that it keeps. */
const WARM_SHARE = 1 / 4;
const TEN_MINUTES_MS = 600_000;
const GROWTH_MIB = 5;
/** Connections come and go with the faults. */
const HANDLES = 5;
const SERVER_UP_MS = 5_000;

interface Stand {
  stage: Stage;
  server: PrivatePostgres;
  fleet: Fleet;
  lines: readonly PgProxy[];
  clock: FakeTime;
  random: Random;
}

scenario(
  {
    id: 'R43',
    title: 'all faults, one after the other, for a long time',
    limitSeconds: SECONDS + 600,
    impossible: needsFakeTime,
  },
  async (stage) => {
    const clock = await openFakeTime(stage);
    const server = await stage.openServer();
    const lines = await stage.openLines(3);
    const fleet = await stage.startFleet({
      size: 3,
      berth: (index) => ({
        databaseUrl: (lines[index] as PgProxy).url,
        settings: index === 2 ? clock.environment : undefined,
      }),
    });
    const receiver = await stage.openReceiver({ delayMs: () => SLOW_MS });
    const slow = { perSecond: SLOW_PER_SECOND, seconds: SECONDS, job: receiver.job };
    await stage.load(slow);
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    const endsAt = from + SECONDS * 1_000;
    const stand = { stage, server, fleet, lines, clock, random: new Random(SEED) };

    // The first one is never killed, so that its memory tells something.
    const watch = new Watch(fleet.members[0] as Member);
    stage.opened(watch, (it) => it.stop());
    const repair = repairOfLostInstant(stage, endsAt);
    const faults = await sufferUntil(stand, endsAt - 2 * FAULT_EVERY_MS);
    const repairedMs = await repair;
    await stage.reach(endsAt);
    await watch.stop();

    await stage.conclude(
      () => ({
        load: `${PER_SECOND} starts/s for ${MINUTES} min, seed ${SEED}`,
        bites: { count: faults, atLeast: Math.floor((SECONDS * 1_000) / FAULT_EVERY_MS / 2) },
        bounds: [
          ...watch.bounds,
          { what: 'repair of a lost next instant, ms', value: repairedMs, atMost: REPAIRED_MS },
        ],
      }),
      { mayLogErrors: true },
    );
  },
);

const FAULTS: Record<string, (stand: Stand) => Promise<unknown>> = {
  async SIGKILL({ fleet, random }) {
    await random.pick(fleet.members.slice(1)).replace('SIGKILL');
  },
  async SIGSTOP({ fleet, random }) {
    const { process } = random.pick(fleet.members);
    process.signal('SIGSTOP');
    await sleep(FAULT_LASTS_MS);
    process.signal('SIGCONT');
  },
  async 'restart immediate'({ server }) {
    await server.stop('immediate');
    await server.start();
    await sleep(SERVER_UP_MS);
  },
  async 'ended sessions'({ stage }) {
    const endsAt = stage.time.now() + FAULT_LASTS_MS;
    const faults = stage.openDatabaseFaults();
    while (stage.time.now() < endsAt) {
      await faults.endSession();
      await sleep(200);
    }
  },
  async 'frozen line'({ lines, random }) {
    const line = random.pick(lines);
    line.apply({ frozen: 'both' });
    await sleep(FAULT_LASTS_MS);
    line.heal();
  },
  async 'clock jump'({ clock, random }) {
    await clock.shift(random.pick([-1, 1]) * HOUR_MS);
    await sleep(FAULT_LASTS_MS);
    await clock.shift(0);
  },
};

/** One fault after the other; answers how many there were. */
async function sufferUntil(stand: Stand, endsAt: number): Promise<number> {
  const { stage, random } = stand;
  let count = 0;
  for (let at = stage.time.now() + FAULT_EVERY_MS; at < endsAt; at += FAULT_EVERY_MS) {
    await stage.reach(at);
    const kind = random.pick(Object.keys(FAULTS));
    await stage.during(kind, 'at random', async () => FAULTS[kind]?.(stand));
    count += 1;
  }
  return count;
}

/** Takes the next instant from a job by hand, and answers how long it is without one. */
async function repairOfLostInstant(stage: Stage, endsAt: number): Promise<number> {
  const schedule = '*/2 * * * * *';
  const endAt = new Date(endsAt).toISOString();
  const [id] = await createJobs(stage.apiUrls, [{ name: 'robbed', schedule, endAt }]);
  await stage.reach(endsAt - (SECONDS * 1_000) / 2);
  const rob = async () =>
    stage.database.query('UPDATE jobs SET next_run = NULL WHERE id = $1', [id]);
  await eventually(async () => rob().then(() => true));
  const since = performance.now();
  await eventually(
    async () => {
      const rows = await stage.database.query<{ next_run: Date | null }>(
        'SELECT next_run FROM jobs WHERE id = $1',
        [id],
      );
      return rows[0]?.next_run;
    },
    { timeoutMs: 2 * REPAIRED_MS },
  );
  return Math.round(performance.now() - since);
}

/** Takes the measure of a process again and again. */
class Watch {
  private readonly samples: (Footprint & { at: number })[] = [];
  private isOver = false;
  private readonly running: Promise<void>;

  constructor(private readonly member: Member) {
    this.running = this.look();
  }

  /** Memory and handles, once the process has its size. */
  get bounds(): Bound[] {
    const warm = this.samples.slice(Math.floor(this.samples.length * WARM_SHARE));
    const slope = (of: (sample: Footprint) => number) =>
      slopeOf(warm.map((sample) => ({ x: sample.at / TEN_MINUTES_MS, y: of(sample) })));
    return [
      {
        what: 'memory in 10 min, MiB',
        value: Math.round(10 * slope(({ rssMiB }) => rssMiB)) / 10,
        atMost: GROWTH_MIB,
      },
      {
        what: 'open handles in 10 min',
        value: Math.round(10 * slope(({ handles }) => handles)) / 10,
        atMost: HANDLES,
      },
    ];
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      const footprint = await footprintOf(this.member.process.pid);
      this.samples.push({ ...footprint, at: performance.now() });
      await sleep(SAMPLE_MS);
    }
  }
}
