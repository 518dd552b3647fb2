import { setTimeout as sleep } from 'node:timers/promises';
import { scenario } from '../../harness/scenario.ts';

const PER_SECOND = 500;
const SECONDS = 300;
const MINUTE_MS = 60_000;
/** Below that, twice as much is noise. */
const QUIET_MS = 100;

scenario(
  { id: 'R19', title: 'another client holds an old snapshot', limitSeconds: 600 },
  async (stage) => {
    await stage.openDatabase();
    const faults = stage.openDatabaseFaults();
    await stage.startFleet({ size: 3 });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    await stage.reach(from);

    let age = 0;
    await stage.during('snapshot', 'database', async () => {
      const hold = await faults.holdSnapshot();
      await sleep(SECONDS * 1_000 - 1_000);
      age = await hold.snapshotAge();
      await hold.release();
    });

    await stage.conclude(async () => {
      const first = await p99(from, from + MINUTE_MS);
      const last = await p99(from + SECONDS * 1_000 - MINUTE_MS, from + SECONDS * 1_000);
      return {
        load: `${PER_SECOND} starts/s for ${SECONDS} s`,
        bites: { count: age, atLeast: 1_000 },
        bounds: [
          {
            what: 'lateness p99 of the last minute, ms',
            value: Math.round(last),
            atMost: Math.round(2 * Math.max(first, QUIET_MS)),
          },
        ],
      };
    });

    async function p99(since: number, until: number): Promise<number> {
      const [row] = await stage.database.query<{ ms: number }>(
        `SELECT percentile_cont(0.99) WITHIN GROUP (
                  ORDER BY extract(epoch FROM started_at - scheduled_for)::float8 * 1000) AS ms
           FROM runs
          WHERE scheduled_for >= to_timestamp($1::float8 / 1000)
            AND scheduled_for < to_timestamp($2::float8 / 1000)`,
        [since, until],
      );
      return row?.ms ?? Infinity;
    }
  },
);
