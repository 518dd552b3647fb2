import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../edits/random.ts';
import type { PgProxy } from '../../faults/pg-proxy.ts';
import { latenessWithin } from '../../harness/bounds.ts';
import { LEASE_MS } from '../../harness/fleet.ts';
import { scenario } from '../../harness/scenario.ts';

const PER_SECOND = 300;
const SECONDS = 120;
const EACH_MS = 3_000;

scenario(
  { id: 'R23', title: 'lines go silent and come back, one after the other', limitSeconds: 400 },
  async (stage) => {
    const random = new Random(23);
    await stage.openDatabase();
    const lines = await stage.openLines(3);
    const berth = (index: number) => ({ databaseUrl: (lines[index] as PgProxy).url });
    await stage.startFleet({ size: 3, berth });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    await stage.reach(from);

    let times = 0;
    while (stage.time.now() < from + (SECONDS - 10) * 1_000) {
      const line = random.pick(lines);
      await stage.during('frozen', 'line', async () => {
        line.apply({ frozen: 'both' });
        await sleep(EACH_MS);
        line.heal();
      });
      await sleep(EACH_MS);
      times += 1;
    }

    const hit = lines.reduce((sum, { bites }) => sum + bites.frozen, 0);
    await stage.conclude(
      (judgement) => ({
        load: `${PER_SECOND} starts/s for ${SECONDS} s`,
        bites: { count: hit, atLeast: times },
        bounds: latenessWithin(judgement, { p99: LEASE_MS + 5_000 }),
      }),
      { mayLogErrors: true },
    );
  },
);
