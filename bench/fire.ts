import { setTimeout as sleep } from 'node:timers/promises';
import { BareLoop } from './support/bare-process.ts';
import { createBareTables, insertBareJobs } from './support/bare-tables.ts';
import { databaseTime, insertJobs, secondFromNow } from './support/jobs.ts';
import { type Firing, firingOf } from './support/ledger.ts';
import { machine, option, print, say, size } from './support/report.ts';
import { type BenchDatabase, withServer } from './support/server.ts';
import { startService } from './support/service.ts';
import { quantile, rounded, spreads } from './support/statistics.ts';

/** From the registration of the jobs to their instant. */
const NOTICE_MS = 4_000;
const PATIENCE_MS = 60_000;
const POLL_MS = 10;

/**
 * Many jobs due at one instant: how late each starts, and when all have started and finished, by
 * the ledger. In turns with a loop written by hand that has two statements and no more to promise.
 */
await withServer(async ({ version, createDatabase }) => {
  const count = size('jobs', 10_000);
  const rounds = size('rounds', 5);
  const database = await createDatabase();
  await createBareTables(database.pool);
  const service = await startService(database.url);
  const bare = await BareLoop.start(database.url);
  const ours: Firing[] = [];
  const theirs: Firing[] = [];
  // The first round finds cold code on both sides; it is shown and not counted.
  for (let round = 0; round <= rounds; round += 1) {
    const bareFiring = await fireBare(database, bare, count);
    const firing = await fireService(database, count);
    say(`round ${round}: p99 ${firing.p99Ms} ms, all stored ${firing.allStoredMs} ms`);
    say(`    bare loop: p99 ${bareFiring.p99Ms} ms, all stored ${bareFiring.allStoredMs} ms`);
    print({ round, cold: round === 0, service: firing, bareLoop: bareFiring });
    if (round === 0) continue;
    ours.push(firing);
    theirs.push(bareFiring);
  }
  await bare.stop();
  await service.stop();
  await database.drop();
  const ratios = ours.map(({ p99Ms }, index) => p99Ms / (theirs[index]?.p99Ms ?? Number.NaN));
  print({
    bench: 'fire',
    jobs: count,
    rounds,
    service: spreads(ours),
    bareLoop: spreads(theirs),
    p99ToBareLoop: rounded(quantile(ratios, 0.5)),
    postgres: version,
    machine: machine(),
  });
});

async function fireService({ pool }: BenchDatabase, count: number): Promise<Firing> {
  await pool.query('DELETE FROM jobs');
  const dueAt = await secondFromNow(pool, NOTICE_MS);
  await insertJobs(pool, { count, schedule: scheduleAt(dueAt), nextRun: dueAt });
  await sleep(dueAt.getTime() - (await databaseTime(pool)).getTime());
  const storedAt = await untilStored(pool, 'runs', { dueAt, count });
  return firingOf(pool, 'runs', { dueAt, storedAt });
}

async function fireBare({ pool }: BenchDatabase, bare: BareLoop, count: number): Promise<Firing> {
  await pool.query('DELETE FROM bare_jobs');
  const dueAt = await secondFromNow(pool, 1_000);
  await insertBareJobs(pool, count, dueAt);
  await bare.run({ kind: 'fire', dueAt: dueAt.getTime(), count });
  const storedAt = await untilStored(pool, 'bare_runs', { dueAt, count });
  return firingOf(pool, 'bare_runs', { dueAt, storedAt });
}

/** Daily at that time, or with `--schedule=at` just once. */
function scheduleAt(instant: Date): string {
  if (option('schedule') === 'at') return `@at ${instant.toISOString()}`;
  return `${instant.getUTCSeconds()} ${instant.getUTCMinutes()} ${instant.getUTCHours()} * * *`;
}

/** Looks at what is left first: counting all rows again and again would slow the engine down. */
async function untilStored(
  pool: BenchDatabase['pool'],
  table: 'runs' | 'bare_runs',
  { dueAt, count }: { dueAt: Date; count: number },
): Promise<Date> {
  const isLeft = { runs: 'wake_at IS NOT NULL', bare_runs: 'finished_at IS NULL' }[table];
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const { rows } = await pool.query<{ now: Date; left: boolean }>(
      `SELECT clock_timestamp() AS now, EXISTS (SELECT FROM ${table} WHERE ${isLeft}) AS left`,
    );
    if (rows[0] && !rows[0].left && (await storedIn(pool, table, dueAt)) >= count) {
      return rows[0].now;
    }
    await sleep(POLL_MS);
  }
  throw new Error(`${table}: not all of ${count} have ended after ${PATIENCE_MS / 1_000} s`);
}

async function storedIn(pool: BenchDatabase['pool'], table: string, dueAt: Date): Promise<number> {
  const { rows } = await pool.query<{ stored: number }>(
    `SELECT count(finished_at)::integer AS stored FROM ${table} WHERE scheduled_for = $1`,
    [dueAt],
  );
  return rows[0]?.stored ?? 0;
}
