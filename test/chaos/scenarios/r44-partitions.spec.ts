import { partitionOf } from '../../../src/scheduler/partitions.repository.ts';
import { eventually } from '../../support/eventually.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import type { Member } from '../harness/fleet.ts';
import { makeOldWeek } from '../harness/old-week.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { StageDatabase } from '../harness/stage.ts';

const DAY_MS = 86_400_000;
const PER_SECOND = sized(100, 300);
const SECONDS = sized(15, 90);
/** Of a week that is older than anything is kept. */
const OLD_ROWS = sized(100_000, 5_000_000);
const OLD_JOBS = 1_000;
const OLD_MS = 140 * DAY_MS;
/** From now: the load begins before the first boundary, and ends after the second. */
const BOUNDARIES_MS = sized([9_000, 15_000], [20_000, 50_000]);
const PRUNING_LIMIT_MS = 60_000;

scenario({ id: 'R44', title: 'partitions begin, are missing, and are dropped' }, async (stage) => {
  const { members } = await stage.startFleet({ size: 3 });
  const { database } = stage;
  const now = new Date(stage.time.now());
  const coming = partitionOf(new Date(now.getTime() + 7 * DAY_MS)).name;
  const at = now.getTime() - OLD_MS;
  const old = await makeOldWeek(database, { at, runs: OLD_ROWS, jobs: OLD_JOBS });
  const boundary = await divideThisWeek(database, stage.time.now());
  await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  // Nothing is planned for what comes after the next boundary yet.
  await stage.reach(boundary);
  await stage.during('DROP TABLE', 'the partitions that come next', async () => {
    await database.query(`DROP TABLE third_part, ${coming}`);
  });
  // Who starts looks after partitions at once, and forgets what is old.
  const keeper = members.find(({ roles }) => roles.includes('scheduler')) as Member;
  await stage.during('pruning', `${OLD_ROWS} rows`, async () => {
    await keeper.replace('SIGTERM');
    await eventually(async () => !(await exists(database, old)), { timeoutMs: PRUNING_LIMIT_MS });
  });
  await stage.settle();

  const rows = await rowsByPartition(database);
  const isBack = await exists(database, coming);
  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s for ${SECONDS} s, ${OLD_ROWS} old rows`,
    bites: { count: rows.get('runs_default') ?? 0, atLeast: PER_SECOND },
    bounds: [
      exactly('partitions that rows went to', rows.size, 3),
      exactly('partitions of the next week', isBack ? 1 : 0, 1),
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});

/**
 * Puts three partitions in the place of the one that the service has made for this week and not
 * used yet, so that boundaries come within the time that a test has. Answers the first of them.
 */
async function divideThisWeek({ query }: StageDatabase, now: number): Promise<number> {
  const { name, from, to } = partitionOf(new Date(now));
  const boundaries = BOUNDARIES_MS.map((ms) => new Date(Math.ceil((now + ms) / 1_000) * 1_000));
  const [first, second] = boundaries.map((boundary) => boundary.toISOString());
  const part = (part: string, begin?: string, end?: string) =>
    `CREATE TABLE ${part}_part PARTITION OF runs FOR VALUES FROM ('${begin}') TO ('${end}');`;
  await query(
    `DROP TABLE ${name};
     ${part('first', from.toISOString(), first)}
     ${part('second', first, second)}
     ${part('third', second, to.toISOString())}`,
  );
  return boundaries[0]?.getTime() ?? NaN;
}

async function exists({ query }: StageDatabase, table: string): Promise<boolean> {
  const [row] = await query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  return row?.there ?? false;
}

/** How many rows each partition of the ledger holds, if any. */
async function rowsByPartition({ query }: StageDatabase): Promise<Map<string, number>> {
  const rows = await query<{ name: string; count: number }>(
    'SELECT tableoid::regclass::text AS name, count(*)::integer FROM runs GROUP BY 1',
  );
  return new Map(rows.map(({ name, count }) => [name, count]));
}
