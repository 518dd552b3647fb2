import { exactly } from '../harness/bounds.ts';
import type { Member } from '../harness/fleet.ts';
import { footprintOf } from '../harness/footprint.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { StageDatabase } from '../harness/stage.ts';

const DAY_MS = 86_400_000;
/** Both lie beyond what a timer can count, which is less than 25 days. */
const DISTANCES_MS = [40 * DAY_MS, 9 * 365 * DAY_MS];

/** After its start a process still compiles code and collects garbage. */
const SETTLE_MS = sized(3_000, 20_000);
const SECONDS = sized(10, 300);
/** A loop that does not rest takes a core; ten seconds are too few to tell smaller shares apart. */
const CPU_PERCENT = sized(5, 1);
/** The safety nets of all loops together need fewer than ten; one that does not rest, a thousand. */
const TRANSACTIONS_A_SECOND = 50;

scenario({ id: 'R32', title: 'one job is due in 40 days, another in 9 years' }, async (stage) => {
  const { members } = await stage.startFleet({ size: 1 });
  const bodies = DISTANCES_MS.map((ms) => {
    const at = new Date(stage.time.now() + ms).toISOString();
    return { name: `due ${at}`, schedule: `@at ${at}` };
  });
  await createJobs(stage.apiUrls, bodies);
  await stage.reach(stage.time.now() + SETTLE_MS);

  const [cpuBefore, before] = [await cpuSeconds(members), await transactions(stage.database)];
  await stage.reach(stage.time.now() + SECONDS * 1_000);
  const [cpuAfter, after] = [await cpuSeconds(members), await transactions(stage.database)];
  const cpuPercent = cpuAfter.map((used, index) => {
    return Math.round(((used - (cpuBefore[index] ?? 0)) / SECONDS) * 1_000) / 10;
  });
  const rows = await stage.database.query('SELECT FROM runs');

  stage.until(stage.time.now());
  await stage.conclude(() => ({
    load: `2 jobs, ${SECONDS} s`,
    bounds: [
      exactly('runs', rows.length, 0),
      { what: 'busiest process, % of a core', value: Math.max(...cpuPercent), atMost: CPU_PERCENT },
      {
        what: 'transactions of a process each second',
        value: (after - before) / SECONDS / members.length,
        atMost: TRANSACTIONS_A_SECOND,
      },
    ],
  }));
});

async function cpuSeconds(members: readonly Member[]): Promise<number[]> {
  const footprints = await Promise.all(members.map(({ process: { pid } }) => footprintOf(pid)));
  return footprints.map(({ cpuSeconds }) => cpuSeconds);
}

/** How many the database has seen so far; sessions tell of theirs now and then. */
async function transactions({ query }: StageDatabase): Promise<number> {
  const [row] = await query<{ count: number }>(
    `SELECT (xact_commit + xact_rollback)::float8 AS count FROM pg_stat_database
      WHERE datname = current_database()`,
  );
  return row?.count ?? NaN;
}
