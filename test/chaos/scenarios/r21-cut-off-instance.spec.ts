import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { type Drop, Network } from '../faults/network.ts';
import { finalWithin } from '../harness/bounds.ts';
import { LEASE_MS, type Member } from '../harness/fleet.ts';
import { heldBy } from '../harness/holders.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const HOST = 'cut';
const WAYS: readonly Drop[] = ['both', 'out', 'in'];
const PER_SECOND = sized(100, 500);
const CUT_MS = sized(7_500, 30_000);
/** Until the host takes part again after the network has healed. */
const HEALING_MS = sized(3_000, 15_000);
const SECONDS = (WAYS.length * (CUT_MS + HEALING_MS)) / 1_000 + sized(8, 30);
const SLOW_PER_SECOND = 20;
const SLOW_MS = 800;
const QUERY_LIMIT_MS = 10_000;

scenario(
  {
    id: 'R21',
    title: 'the network loses what one instance and the database say',
    limitSeconds: sized(150, 500),
    impossible: () =>
      process.getuid?.() === 0 ? undefined : 'needs root for a network of its own',
  },
  async (stage) => {
    const network = stage.opened(await Network.open([HOST]), (it) => it.close());
    const server = await stage.openServer({ addresses: [network.address] });
    const near = stage.database.url;
    const far = near.replace('127.0.0.1', network.address);
    const fleet = await stage.startFleet({
      size: 3,
      berth: (index) =>
        index === 0 ? { databaseUrl: far, prefix: network.prefix(HOST) } : { databaseUrl: near },
    });
    const cutOff = fleet.members[0] as Member;
    const urls = fleet.apis.filter((api) => api !== cutOff).map(({ url }) => url);
    const receiver = await stage.openReceiver({ host: network.address, delayMs: () => SLOW_MS });
    const slow = { perSecond: SLOW_PER_SECOND, seconds: SECONDS, job: receiver.job };
    await stage.load(slow, urls);
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS }, urls);
    await stage.reach(from + 1_500);

    let longestMs = 0;
    for (const way of WAYS) {
      await eventually(async () => (await heldBy(stage.database, cutOff)) > 0);
      const cut = async (): Promise<void> => {
        await network.drop(HOST, way, server.port);
        await sleep(CUT_MS);
        longestMs = Math.max(longestMs, await longestQueryMs());
        await network.heal(HOST);
      };
      await stage.during(`DROP ${way}`, HOST, cut, cutOff.process.pid);
      await sleep(HEALING_MS);
    }
    const dropped = await network.dropped(HOST);

    await stage.conclude(
      (judgement) => ({
        load: `${PER_SECOND} starts/s, ${WAYS.length} times ${CUT_MS / 1_000} s`,
        bites: { count: dropped > 0 ? judgement.bites.bit : 0, atLeast: WAYS.length - 1 },
        bounds: [
          finalWithin(judgement, LEASE_MS + 10_000),
          { what: 'longest statement, ms', value: longestMs, atMost: QUERY_LIMIT_MS },
        ],
      }),
      { mayLogErrors: true },
    );

    /** Since when the oldest statement of a session of the service has been under way. */
    async function longestQueryMs(): Promise<number> {
      const [row] = await stage.database.query<{ ms: number | null }>(
        `SELECT max(extract(epoch FROM clock_timestamp() - xact_start) * 1000)::integer AS ms
           FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'job-scheduler'
            AND state <> 'idle' AND client_addr <> '127.0.0.1'`,
      );
      return row?.ms ?? 0;
    }
  },
);
