import { setTimeout as sleep } from 'node:timers/promises';
import { Probe } from '../../harness/probe.ts';
import { scenario } from '../../harness/scenario.ts';

const PER_SECOND = 300;
const HELD_MS = 30_000;
const SECONDS = 60;
const LEFT = 3;
const BACK_MS = 5_000;

scenario({ id: 'R16', title: 'another client takes all connections but three' }, async (stage) => {
  await stage.openServer({ settings: { max_connections: '80' } });
  const faults = stage.openDatabaseFaults();
  const fleet = await stage.startFleet({ size: 3 });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  const probes = fleet.apis.map((api) =>
    stage.opened(new Probe(() => `${api.url}/jobs?limit=1`, 100), (probe) => probe.stop()),
  );
  await stage.reach(from + 3_000);

  let ended = 0;
  let held = 0;
  await stage.during('occupied', 'connections', async () => {
    const hold = await faults.occupyConnections(LEFT);
    held = hold.size;
    // Those that the service has are taken from it, so that it has to ask for new ones.
    while (await faults.endSession()) ended += 1;
    await sleep(HELD_MS);
    await hold.release();
  });
  const releasedAt = performance.now();
  await sleep(BACK_MS);
  await Promise.all(probes.map((probe) => probe.stop()));

  const wrong = probes
    .flatMap(({ answers }) => answers)
    .filter(({ status }) => status !== 200 && status !== 503);
  await stage.conclude(
    () => ({
      load: `${PER_SECOND} starts/s, for ${HELD_MS / 1_000} s`,
      bites: { count: Math.min(ended, held), atLeast: 3 },
      bounds: [
        { what: 'answers other than 200 and 503', value: wrong.length, atMost: 0 },
        {
          what: 'back after the release, ms',
          value: Math.round(
            Math.max(
              ...probes.map((it) => it.firstAfter(releasedAt, ({ status }) => status === 200)),
            ),
          ),
          atMost: BACK_MS,
        },
      ],
    }),
    { mayLogErrors: true },
  );
});
