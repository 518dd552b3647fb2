import { setTimeout as sleep } from 'node:timers/promises';
import type { PgProxy } from '../faults/pg-proxy.ts';
import { finalWithin } from '../harness/bounds.ts';
import { LEASE_MS } from '../harness/fleet.ts';
import { busiest } from '../harness/holders.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(150, 300);
const SILENT_MS = sized(10_000, 60_000);
const SECONDS = SILENT_MS / 1_000 + sized(8, 30);
const SLOW_PER_SECOND = 20;
const SLOW_MS = 800;

scenario({ id: 'R22', title: 'a line stops forwarding without being closed' }, async (stage) => {
  await stage.openDatabase();
  const lines = await stage.openLines(3);
  const berth = (index: number) => ({ databaseUrl: (lines[index] as PgProxy).url });
  const fleet = await stage.startFleet({ size: 3, berth });
  const receiver = await stage.openReceiver({ delayMs: () => SLOW_MS });
  const slow = { perSecond: SLOW_PER_SECOND, seconds: SECONDS, job: receiver.job };
  await stage.load(slow);
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  await stage.reach(from + 2_050);

  const victim = await busiest(stage.database, fleet.workers);
  const line = lines[fleet.members.indexOf(victim)] as PgProxy;
  const freeze = async (): Promise<void> => {
    line.apply({ frozen: 'both' });
    await sleep(SILENT_MS);
    line.heal();
  };
  await stage.during('frozen', 'line', freeze, victim.process.pid);

  await stage.conclude(
    (judgement) => ({
      load: `${PER_SECOND} starts/s, silent for ${SILENT_MS / 1_000} s`,
      bites: { count: line.bites.frozen > 0 ? judgement.bites.bit : 0, atLeast: 1 },
      bounds: [finalWithin(judgement, LEASE_MS + 10_000)],
    }),
    { mayLogErrors: true },
  );
});
