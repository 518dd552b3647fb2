import { setTimeout as sleep } from 'node:timers/promises';
import { BareLoop } from './support/bare-process.ts';
import { createBareTables, insertBareJobs } from './support/bare-tables.ts';
import { databaseTime, insertJobs, secondFromNow } from './support/jobs.ts';
import { type Stretch, stretchOf } from './support/ledger.ts';
import { machine, print, say, size } from './support/report.ts';
import { type BenchDatabase, withServer } from './support/server.ts';
import { type Service, startService } from './support/service.ts';
import { rounded } from './support/statistics.ts';

const EVERY_SECOND = '* * * * * *';
const NOTICE_MS = 3_000;
const LATE_MS = 1_000;
/** What a step may take to get over the arrival of its new jobs. */
const SETTLE_SECONDS = 3;
const BARE_JOBS = 20_000;
const MAX_STEPS = 16;

interface Step extends Stretch {
  perSecond: number;
  /** Whether all occurrences of the stretch ran, at most one in a hundred a second late. */
  held: boolean;
  /** Cores that the service's process has used. */
  cores: number;
}

/**
 * The most occurrences a second that are planned, run and finished without falling behind: the
 * number of jobs with an instant each second grows step by step. Before and after it a bare loop
 * of plan, claim and complete shows what the database can do.
 */
await withServer(async ({ version, createDatabase }) => {
  const seconds = size('seconds', 5);
  const database = await createDatabase();
  await createBareTables(database.pool);

  const before = await bareRate(database, seconds);
  const service = await startService(database.url);
  const steps = await climb(database, service, seconds);
  await service.stop();
  const after = await bareRate(database, seconds);
  await database.drop();

  const best = steps.filter(({ held }) => held).at(-1);
  print({
    bench: 'sustain',
    perSecond: best?.perSecond ?? 0,
    p50Ms: best?.p50Ms,
    p99Ms: best?.p99Ms,
    cores: best?.cores,
    seconds,
    bareLoop: { before: rounded(before), after: rounded(after) },
    // Whatever else the machine does only slows it down: the better one is nearer to the truth.
    toBareLoop: rounded((best?.perSecond ?? 0) / Math.max(before, after)),
    postgres: version,
    machine: machine(),
  });
});

/** Adds jobs until a stretch fails twice: once may be the machine's doing. */
async function climb(database: BenchDatabase, service: Service, seconds: number): Promise<Step[]> {
  const growth = size('growth', 1.25);
  const steps: Step[] = [];
  let jobs = 0;
  for (let wanted = size('jobs', 2_000); steps.length < MAX_STEPS; wanted *= growth) {
    const perSecond = Math.round(wanted);
    const from = await secondFromNow(database.pool, NOTICE_MS);
    const added = { count: perSecond - jobs, schedule: EVERY_SECOND, nextRun: from };
    await insertJobs(database.pool, added);
    jobs = perSecond;
    const step =
      (await attempt(database, service, { perSecond, seconds, from })) ??
      (await attempt(database, service, { perSecond, seconds, from: null }));
    if (!step) break;
    steps.push(step);
  }
  return steps;
}

/** One stretch at this rate; undefined when it did not hold. */
async function attempt(
  { pool }: BenchDatabase,
  service: Service,
  { perSecond, seconds, from }: { perSecond: number; seconds: number; from: Date | null },
): Promise<Step | undefined> {
  const start = from ?? (await secondFromNow(pool, 0));
  const begin = new Date(start.getTime() + SETTLE_SECONDS * 1_000);
  const end = new Date(begin.getTime() + seconds * 1_000);
  await sleep(begin.getTime() - (await databaseTime(pool)).getTime());
  const cpuBefore = await service.cpuMs();
  await sleep(end.getTime() - (await databaseTime(pool)).getTime());
  const cores = rounded(((await service.cpuMs()) - cpuBefore) / (seconds * 1_000));
  await sleep(LATE_MS);

  const stretch = await stretchOf(pool, begin, end);
  const held = stretch.succeeded === perSecond * seconds && stretch.p99Ms < LATE_MS;
  const step = { perSecond, held, ...stretch, cores };
  print(step);
  say(`${perSecond}/s: ${held ? 'held' : 'fell behind'}, p99 ${stretch.p99Ms} ms`);
  return held ? step : undefined;
}

async function bareRate({ url, pool }: BenchDatabase, seconds: number): Promise<number> {
  await pool.query('TRUNCATE bare_jobs, bare_runs');
  const bare = await BareLoop.start(url);
  // Long overdue, so that there is always more to do than can be done.
  await insertBareJobs(pool, BARE_JOBS, new Date(Date.now() - 3_600_000));
  const finished = await bare.run({ kind: 'sustain', seconds });
  await bare.stop();
  say(`bare loop: ${Math.round(finished / seconds)}/s`);
  return finished / seconds;
}
