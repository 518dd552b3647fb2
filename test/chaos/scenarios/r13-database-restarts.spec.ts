import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivatePostgres } from '../faults/private-postgres.ts';
import { latenessWithin } from '../harness/bounds.ts';
import { Probe } from '../harness/probe.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const PER_SECOND = sized(150, 500);
const RESTARTS = sized(1, 3);
const BACKENDS = sized(3, 20);
/** How long the server stays away. */
const DOWN_MS = 3_000;
const NOT_READY_MS = 2_000;
const READY_MS = 5_000;
const SECONDS = sized(26, 120);
/** Between two faults. */
const PAUSE_MS = sized(2_000, 3_000);

/** By the monotonic clock of this process. */
interface Outage {
  stoppedAt: number;
  startedAt: number;
}

scenario(
  { id: 'R13', title: 'the database restarts, and loses sessions', limitSeconds: sized(120, 400) },
  async (stage) => {
    const server = await stage.openServer();
    const fleet = await stage.startFleet({ size: 3 });
    const probes = fleet.apis.map((api) =>
      stage.opened(new Probe(() => `${api.url}/health/ready`, 100), (probe) => probe.stop()),
    );
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    await stage.reach(from + 2_500);

    const outages: Outage[] = [];
    for (let count = 0; count < RESTARTS; count += 1) {
      for (const mode of ['fast', 'immediate'] as const) {
        outages.push(await restart(stage, server, mode));
        await sleep(READY_MS + PAUSE_MS);
      }
    }
    let killed = 0;
    for (let count = 0; count < BACKENDS; count += 1) {
      if (await killBackend(stage, server)) killed += 1;
      await sleep(PAUSE_MS);
    }
    await sleep(READY_MS);
    await Promise.all(probes.map((probe) => probe.stop()));

    const slowest = (times: number[]) => Math.round(Math.max(...times));
    await stage.conclude(
      (judgement) => ({
        load: `${PER_SECOND} starts/s for ${SECONDS} s`,
        bites: { count: outages.length + killed, atLeast: 2 * RESTARTS + BACKENDS },
        bounds: [
          {
            what: 'not ready after a stop, ms',
            value: slowest(
              outages.flatMap(({ stoppedAt }) =>
                probes.map((probe) => probe.firstAfter(stoppedAt, ({ status }) => status === 503)),
              ),
            ),
            atMost: NOT_READY_MS,
          },
          {
            what: 'ready again after a start, ms',
            value: slowest(
              outages.flatMap(({ startedAt }) =>
                probes.map((probe) => probe.firstAfter(startedAt, ({ status }) => status === 200)),
              ),
            ),
            atMost: READY_MS,
          },
          ...latenessWithin(judgement, { max: DOWN_MS + READY_MS }),
        ],
      }),
      { mayLogErrors: true },
    );
  },
);

async function restart(
  stage: Stage,
  server: PrivatePostgres,
  mode: 'fast' | 'immediate',
): Promise<Outage> {
  return stage.during(`restart ${mode}`, 'database', async () => {
    const stoppedAt = performance.now();
    await server.stop(mode);
    await sleep(DOWN_MS);
    await server.start();
    return { stoppedAt, startedAt: performance.now() };
  });
}

/** Kills a session of the service, upon which the server ends all of them and recovers. */
async function killBackend(stage: Stage, server: PrivatePostgres): Promise<boolean> {
  const [session] = await server.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
      WHERE application_name = 'job-scheduler' ORDER BY random() LIMIT 1`,
  );
  if (!session) return false;
  await stage.during('SIGKILL of a session', 'database', async () => {
    server.killBackend(session.pid);
    await server.ready();
  });
  return true;
}
