import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/database/embedded/launch.ts';
import { eventually } from '../../support/eventually.ts';
import { exactly } from '../harness/bounds.ts';
import { Probe } from '../harness/probe.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const AWAY_MS = sized(6_000, 30_000);
/** Until a process answers at all, however busy the machine is. */
const BOOT_MS = 30_000;
const READY_MS = 5_000;
const LOAD = { perSecond: 50, seconds: 6 };
/** Below those that the system gives to clients. */
const FIRST_PORT = 18_000;

scenario({ id: 'R42', title: 'the database comes long after the service' }, async (stage) => {
  const server = await stage.openServer();
  const { url } = stage.database;
  const ports = [await freePort(FIRST_PORT)];
  while (ports.length < 6) ports.push(await freePort((ports.at(-1) as number) + 1));
  const berth = (index: number) => ({ databaseUrl: url, settings: { PORT: String(ports[index]) } });
  await server.stop('fast');

  const { members } = await stage.fleetOf({ size: 2, berth });
  await Promise.all(members.map((member) => member.launch()));
  const ask = (path: string) =>
    members.map((_, index) => {
      const address = `http://127.0.0.1:${ports[index]}/health/${path}`;
      return stage.opened(new Probe(() => address, 250), (probe) => probe.stop());
    });
  const [live, ready] = [ask('live'), ask('ready')];
  await eventually(() => ready.every(({ answers }) => answers.some(({ status }) => status > 0)), {
    timeoutMs: BOOT_MS,
  });
  await sleep(AWAY_MS);
  const comesAt = performance.now();
  await stage.during('away', 'database', () => server.start());
  await Promise.all(members.map((member) => member.process.up));
  await sleep(READY_MS);
  await Promise.all([...live, ...ready].map((probe) => probe.stop()));
  await stage.load(LOAD);

  const count = (probes: Probe[], status: number) =>
    probes.flatMap((probe) => probe.between(0, comesAt)).filter((it) => it.status === status);
  await stage.conclude(() => ({
    load: `${LOAD.perSecond} starts/s after ${AWAY_MS / 1_000} s without a database`,
    bites: { count: count(ready, 503).length, atLeast: members.length },
    bounds: [
      exactly('ready without a database', count(ready, 200).length, 0),
      exactly(
        'members that say that they live',
        live.filter((p) => count([p], 200).length > 0).length,
        members.length,
      ),
      ...ready.map((probe, index) => ({
        what: `member ${index} is ready after the database, ms`,
        value: Math.round(probe.firstAfter(comesAt, ({ status }) => status === 200)),
        atMost: READY_MS,
      })),
    ],
  }));
});
