import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { busiest } from '../harness/holders.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PRELOAD = fileURLToPath(new URL('../faults/block-event-loop.mjs', import.meta.url));
const LEASE_MS = sized(2_500, 5_000);
const BLOCK_MS = 3 * LEASE_MS;
const PER_SECOND = sized(40, 200);
const SECONDS = BLOCK_MS / 1_000 + sized(8, 30);
const SLOW_PER_SECOND = 10;
const SLOW_MS = 700;
/** The one ends long before the block does, the other long after it. */
const LIMITS = { short: 1_500, long: 60_000 };

scenario({ id: 'R10', title: 'a handler blocks the event loop of an instance' }, async (stage) => {
  await stage.openDatabase();
  const settings = { LEASE_MS: String(LEASE_MS), BLOCK_EVENT_LOOP_MS: String(BLOCK_MS) };
  const { url } = stage.database;
  const berth = () => ({ databaseUrl: url, settings, nodeFlags: ['--import', PRELOAD] });
  const { workers } = await stage.startFleet({ size: 2, berth });
  const receiver = await stage.openReceiver({ delayMs: () => SLOW_MS });
  for (const timeoutMs of Object.values(LIMITS)) {
    const job = { ...receiver.job, timeoutMs };
    await stage.load({ perSecond: SLOW_PER_SECOND, seconds: SECONDS, job });
  }
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  await stage.reach(from + 2_100);

  const victim = await busiest(stage.database, workers);
  const block = async (): Promise<void> => {
    victim.process.signal('SIGUSR2');
    await sleep(BLOCK_MS);
  };
  await stage.during('blocked', 'event loop', block, victim.process.pid);

  await stage.conclude(async (judgement) => ({
    load: `${PER_SECOND} starts/s, blocked for ${BLOCK_MS / 1_000} s`,
    bites: { count: await lostWith(LIMITS.short), atLeast: 1 },
    bounds: [
      exactly('lost runs with a long time limit', await lostWith(LIMITS.long), 0),
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));

  /** Runs of jobs with this time limit of which an attempt was lost. */
  async function lostWith(timeoutMs: number): Promise<number> {
    const rows = await stage.database.query(
      `SELECT FROM runs JOIN jobs ON jobs.id = job_id
        WHERE timeout_ms = $1 AND attempts @> '[{"outcome": "lost"}]'`,
      [timeoutMs],
    );
    return rows.length;
  }
});
