import { setTimeout as sleep } from 'node:timers/promises';
import { latenessWithin } from '../harness/bounds.ts';
import { Probe } from '../harness/probe.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(100, 300);
const LOCKED_MS = sized(5_000, 30_000);
const SECONDS = (2 * LOCKED_MS) / 1_000 + sized(14, 30);
const BACK_MS = 5_000;
const ANSWER_MS = 5_000;

scenario({ id: 'R18', title: 'another client locks whole tables' }, async (stage) => {
  await stage.openDatabase();
  const faults = stage.openDatabaseFaults();
  const fleet = await stage.startFleet({ size: 3 });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  const probes = fleet.apis.map((api) =>
    stage.opened(new Probe(() => `${api.url}/jobs?limit=1`, 100), (probe) => probe.stop()),
  );
  await stage.reach(from + 2_300);

  let blocked = 0;
  const released: number[] = [];
  for (const table of ['jobs', await faults.currentPartition()]) {
    await stage.during('ACCESS EXCLUSIVE', table, async () => {
      const hold = await faults.lock(table);
      await sleep(LOCKED_MS - 500);
      blocked += await hold.blocked();
      await sleep(500);
      await hold.release();
    });
    released.push(stage.time.now());
    await sleep(BACK_MS);
  }
  await Promise.all(probes.map((probe) => probe.stop()));

  const asked = probes.flatMap(({ answers }) => answers);
  const wrong = asked.filter(({ status }) => status !== 200 && status !== 503);
  await stage.conclude(
    async (judgement) => ({
      load: `${PER_SECOND} starts/s, twice ${LOCKED_MS / 1_000} s`,
      bites: { count: blocked, atLeast: 2 },
      bounds: [
        { what: 'answers other than 200 and 503', value: wrong.length, atMost: 0 },
        {
          what: 'slowest answer, ms',
          value: Math.round(Math.max(...asked.map(({ tookMs }) => tookMs))),
          atMost: ANSWER_MS,
        },
        ...latenessWithin(judgement, { max: LOCKED_MS + BACK_MS }),
        {
          what: 'first start after a release, ms',
          value: Math.max(...(await Promise.all(released.map((at) => firstStartAfter(at))))),
          atMost: BACK_MS,
        },
      ],
    }),
    { mayLogErrors: true },
  );

  async function firstStartAfter(at: number): Promise<number> {
    const [row] = await stage.database.query<{ ms: number }>(
      `SELECT min(extract(epoch FROM started_at) * 1000 - $1)::integer AS ms
         FROM runs WHERE started_at > to_timestamp($1::float8 / 1000)`,
      [at],
    );
    return row?.ms ?? Infinity;
  }
});
