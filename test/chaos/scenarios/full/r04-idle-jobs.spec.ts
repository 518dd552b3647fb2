import { dueQueryMs } from '../../../../bench/support/due-query.ts';
import { createDatabase } from '../../../support/database.ts';
import { exactly, latenessWithin } from '../../harness/bounds.ts';
import { footprintOf } from '../../harness/footprint.ts';
import { insertIdleJobs, removeIdleJobs } from '../../harness/idle-jobs.ts';
import { createJobs } from '../../harness/load.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage, StageDatabase } from '../../harness/stage.ts';

const IDLE_JOBS = 1_000_000;
const SETTLE_MS = 20_000;
const IDLE_SECONDS = 60;
const SECONDS = 120;
const HEAD_START_MS = 3_000;

scenario(
  { id: 'R04', title: 'a million jobs are due next year, and one each second' },
  async (stage) => {
    const database = await createDatabase();
    await stage.openDatabase(database);
    await insertIdleJobs(database, IDLE_JOBS);
    const { members } = await stage.startFleet({ size: 1 });
    const pids = members.map(({ process }) => process.pid);

    await stage.reach(stage.time.now() + SETTLE_MS);
    const scansBefore = await scansOf(database);
    const before = await Promise.all(pids.map(footprintOf));
    await stage.reach(stage.time.now() + IDLE_SECONDS * 1_000);
    const after = await Promise.all(pids.map(footprintOf));
    const used = after.map(
      ({ cpuSeconds }, index) => cpuSeconds - (before[index]?.cpuSeconds ?? 0),
    );

    await beginLoneJob(stage);
    await stage.settle();
    const scans = (await scansOf(database)) - scansBefore;
    const memory = (await Promise.all(pids.map(footprintOf))).map(({ rssMiB }) => rssMiB);
    const dueQuery = await dueQueryMs(database.pool);
    await removeIdleJobs(database, IDLE_JOBS);

    await stage.conclude((judgement) => ({
      load: `${IDLE_JOBS} idle jobs, and one each second for ${SECONDS} s`,
      bounds: [
        ...latenessWithin(judgement, { p99: 50 }),
        {
          what: 'busiest process while idle, % of a core',
          value: (Math.max(...used) / IDLE_SECONDS) * 100,
          atMost: 3,
        },
        { what: 'query for what is due, ms', value: dueQuery, atMost: 5 },
        exactly('readings of all jobs', scans, 0),
        { what: 'memory, MiB', value: Math.round(Math.max(...memory)), atMost: 300 },
      ],
    }));
  },
);

/** Registers a job that is due each second, for a while. */
async function beginLoneJob(stage: Stage): Promise<void> {
  const from = Math.ceil((stage.time.now() + HEAD_START_MS) / 1_000) * 1_000;
  const to = from + (SECONDS - 1) * 1_000;
  const bounds = { startAt: new Date(from).toISOString(), endAt: new Date(to).toISOString() };
  await createJobs(stage.apiUrls, [{ name: 'lone', schedule: '* * * * * *', ...bounds }]);
  stage.until(to);
}

/** How often somebody has read the table of jobs from its beginning to its end. */
async function scansOf({ query }: StageDatabase): Promise<number> {
  const [row] = await query<{ count: number }>(
    `SELECT seq_scan::integer AS count FROM pg_stat_user_tables WHERE relname = 'jobs'`,
  );
  return row?.count ?? NaN;
}
