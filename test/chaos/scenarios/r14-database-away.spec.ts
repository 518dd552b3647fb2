import { setTimeout as sleep } from 'node:timers/promises';
import type { PgProxy } from '../faults/pg-proxy.ts';
import { footprintOf } from '../harness/footprint.ts';
import { Probe } from '../harness/probe.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(100, 300);
const AWAY_MS = sized(12_000, 120_000);
const SECONDS = AWAY_MS / 1_000 + sized(8, 30);
const ASK_EVERY_MS = 50;
const ANSWER_MS = 2_000;
const CONNECTS_PER_SECOND = 2;
const GROWTH_MIB = 50;
const BACK_MS = 5_000;

scenario(
  { id: 'R14', title: 'the database is away', limitSeconds: sized(120, 400) },
  async (stage) => {
    await stage.openDatabase();
    const lines = await stage.openLines(3);
    const berth = (index: number) => ({ databaseUrl: (lines[index] as PgProxy).url });
    const fleet = await stage.startFleet({ size: 3, berth });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    await stage.reach(from + 3_300);
    const memory = async () =>
      Promise.all(
        fleet.members.map(async ({ process }) => (await footprintOf(process.pid)).rssMiB),
      );
    const before = await memory();

    const probes = fleet.apis.map((api) =>
      stage.opened(new Probe(() => `${api.url}/jobs?limit=1`, ASK_EVERY_MS), (it) => it.stop()),
    );
    const outage = { from: stage.time.now(), to: 0 };
    const awayAt = performance.now();
    await stage.during('away', 'database', async () => {
      for (const line of lines) {
        line.apply({ refusing: true });
        line.cut();
      }
      await sleep(AWAY_MS);
      for (const line of lines) line.heal();
    });
    const backAt = performance.now();
    outage.to = stage.time.now() + BACK_MS;
    const after = await memory();
    await sleep(BACK_MS);
    await Promise.all(probes.map((probe) => probe.stop()));

    // What was asked just before the end may well be answered after it.
    const asked = probes.flatMap((probe) => probe.between(awayAt + 100, backAt - ANSWER_MS));
    const refused = asked.filter(({ status }) => status === 503);
    await stage.conclude(
      () => ({
        load: `${PER_SECOND} starts/s, away for ${AWAY_MS / 1_000} s`,
        bites: { count: refused.length, atLeast: probes.length },
        bounds: [
          { what: 'answers other than 503', value: asked.length - refused.length, atMost: 0 },
          {
            what: 'slowest answer, ms',
            value: Math.round(Math.max(...asked.map(({ tookMs }) => tookMs))),
            atMost: ANSWER_MS,
          },
          {
            what: 'attempts to connect in a second',
            // The first second may hold those that were under way.
            value: Math.max(...lines.map((line) => busiest(line, awayAt + 1_000, backAt))),
            atMost: CONNECTS_PER_SECOND,
          },
          {
            what: 'growth of a process, MiB',
            value: Math.round(Math.max(...after.map((mib, at) => mib - (before[at] as number)))),
            atMost: GROWTH_MIB,
          },
          {
            what: 'back after the database, ms',
            value: Math.round(
              Math.max(
                ...probes.map((it) => it.firstAfter(backAt, ({ status }) => status === 200)),
              ),
            ),
            atMost: BACK_MS,
          },
        ],
      }),
      { mayLogErrors: true, outages: [outage] },
    );
  },
);

/** The most attempts to connect within one second of this time. */
function busiest({ attempts }: PgProxy, from: number, to: number): number {
  const times = attempts.filter((at) => at >= from && at < to);
  return Math.max(
    0,
    ...times.map((at) => times.filter((it) => it >= at && it < at + 1_000).length),
  );
}
