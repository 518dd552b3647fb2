import type { PgProxy } from '../../faults/pg-proxy.ts';
import type { Conditions } from '../../faults/tcp-proxy.ts';
import { latenessWithin } from '../../harness/bounds.ts';
import { scenario } from '../../harness/scenario.ts';
import { sized } from '../../harness/size.ts';

const PER_SECOND = 200;
const SECONDS = sized(20, 60);
const SLOW: Record<string, Conditions> = {
  delayed: { delayMs: 100, jitterMs: 50 },
  throttled: { bytesPerSecond: 1_000_000 },
};

scenario({ id: 'R17', title: 'the line to the database is slow, then narrow' }, async (stage) => {
  await stage.openDatabase();
  const lines = await stage.openLines(3);
  const berth = (index: number) => ({ databaseUrl: (lines[index] as PgProxy).url });
  await stage.startFleet({ size: 3, berth });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: 2 * SECONDS });

  let at = from;
  for (const [kind, conditions] of Object.entries(SLOW)) {
    at += SECONDS * 1_000;
    await stage.during(kind, 'line', async () => {
      for (const line of lines) line.apply(conditions);
      await stage.reach(at);
    });
  }
  for (const line of lines) line.heal();

  const hits = lines.map(({ bites }) => Math.min(bites.delayed, bites.throttled));
  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s, ${SECONDS} s each`,
    bites: { count: Math.min(...hits), atLeast: 1 },
    bounds: latenessWithin(judgement, { p99: 3_000 }),
  }));
});
