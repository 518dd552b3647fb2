import { setTimeout as sleep } from 'node:timers/promises';
import { sessionTimes, usedBetween } from './support/backends.ts';
import { dueQueryMs } from './support/due-query.ts';
import { insertJobs } from './support/jobs.ts';
import { machine, print, say, size } from './support/report.ts';
import { type BenchDatabase, type BenchServer, withServer } from './support/server.ts';
import { startService } from './support/service.ts';
import { rounded, type Spread, spreads } from './support/statistics.ts';

/** After its start a process still compiles code and collects garbage. */
const SETTLE_MS = 5_000;
const YEAR_MS = 365 * 86_400_000;

type Idle = Record<'cpuMsPerSecond' | 'postgresMsPerSecond' | 'residentMiB' | 'readyMs', number>;

/**
 * What schedules cost that are not due: CPU of the service and of its database sessions, memory,
 * time to get ready and time to find out that nothing is due, with and without them, in turns.
 */
await withServer(async (server) => {
  const count = size('jobs', 100_000);
  const rounds = size('rounds', 2);
  const seconds = size('seconds', 20);
  const empty = await server.createDatabase();
  const full = await databaseWithJobs(server, count);
  const samples: Record<'empty' | 'full', Idle[]> = { empty: [], full: [] };
  for (let round = 1; round <= rounds; round += 1) {
    samples.empty.push(await idle(empty, { round, schedules: 0, seconds }));
    samples.full.push(await idle(full, { round, schedules: count, seconds }));
  }
  const dueQuery = { empty: await dueQueryMs(empty.pool), full: await dueQueryMs(full.pool) };
  await empty.drop();
  await full.drop();
  const none: Record<keyof Idle, Spread> = spreads(samples.empty);
  const many: Record<keyof Idle, Spread> = spreads(samples.full);
  print({
    bench: 'idle',
    schedules: count,
    seconds,
    rounds,
    none,
    many,
    addedCpuPercentOfACore: rounded((many.cpuMsPerSecond.median - none.cpuMsPerSecond.median) / 10),
    dueQueryMs: dueQuery,
    postgres: server.version,
    machine: machine(),
  });
});

async function databaseWithJobs(server: BenchServer, count: number): Promise<BenchDatabase> {
  const database = await server.createDatabase();
  const nextRun = new Date(Date.now() + YEAR_MS);
  await insertJobs(database.pool, { count, schedule: '@yearly', nextRun });
  // The server would get round to it by itself, in the middle of a measurement.
  await database.pool.query('VACUUM ANALYZE jobs');
  return database;
}

async function idle(
  { url, pool }: BenchDatabase,
  { round, schedules, seconds }: { round: number; schedules: number; seconds: number },
): Promise<Idle> {
  const service = await startService(url);
  await sleep(SETTLE_MS);
  const start = performance.now();
  const [cpuBefore, sessionsBefore] = [await service.cpuMs(), await sessionTimes(pool)];
  await sleep(seconds * 1_000);
  const [cpuAfter, sessionsAfter] = [await service.cpuMs(), await sessionTimes(pool)];
  const elapsed = (performance.now() - start) / 1_000;
  const sample = {
    cpuMsPerSecond: rounded((cpuAfter - cpuBefore) / elapsed),
    postgresMsPerSecond: rounded(usedBetween(sessionsBefore, sessionsAfter) / elapsed),
    residentMiB: rounded(await service.residentMiB()),
    readyMs: rounded(service.readyMs),
  };
  await service.stop();
  print({ round, schedules, ...sample });
  say(`${schedules} schedules: ${sample.cpuMsPerSecond} ms of CPU a second`);
  return sample;
}
