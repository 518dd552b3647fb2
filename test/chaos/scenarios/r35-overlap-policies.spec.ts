import { replies } from '../../support/target.ts';
import { type Bound, exactly } from '../harness/bounds.ts';
import { killAgainAndAgain } from '../harness/kills.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const POLICIES = ['allow', 'skip', 'queue', 'replace'] as const;
type Policy = (typeof POLICIES)[number];

const SECONDS = sized(9, 60);
/** A run lasts for so many instants, and is over a moment before the next one. */
const INSTANTS_A_RUN = sized(3, 5);
const RUN_MS = INSTANTS_A_RUN * 1_000 - 300;
const HEAD_START_MS = 2_000;
const KILLS = sized(2, 12);
const KILL_EVERY_MS = 5_000;
const FIRST_KILL_MS = 2_500;
/** Of each policy; with kills so many that everybody has some of their runs at any time. */
const JOBS = { alone: 2, killed: 6 };

scenario({ id: 'R35', title: 'jobs are due each second, and take longer' }, async (stage) => {
  await stage.startFleet({ size: 3 });
  const { ids, cutRequests } = await begin(stage, JOBS.alone);

  await stage.settle();
  const counts = await countsOf(stage);
  await stage.conclude(() => ({
    load: inWords(JOBS.alone),
    bounds: [
      ...POLICIES.flatMap((policy) =>
        expected(
          policy,
          counts.filter(({ jobId }) => ids[policy].includes(jobId)),
        ),
      ),
      exactly('requests cut for the next run', cutRequests(), JOBS.alone * (SECONDS - 1)),
    ],
  }));
});

scenario(
  { id: 'R35b', title: 'the same, and one of three is killed every five seconds' },
  async (stage) => {
    const fleet = await stage.startFleet({ size: 3 });
    const { from } = await begin(stage, JOBS.killed);

    const kills = { times: KILLS, everyMs: KILL_EVERY_MS, from: from + FIRST_KILL_MS };
    await killAgainAndAgain(stage, fleet, kills);

    await stage.conclude(() => ({ load: inWords(JOBS.killed) }));
  },
);

function inWords(jobs: number): string {
  return `${jobs} jobs of each policy for ${SECONDS} s, ${RUN_MS} ms a run`;
}

/** Registers the jobs, and answers when they are due first. */
async function begin(stage: Stage, jobs: number) {
  let cut = 0;
  const receiver = await stage.openReceiver({
    delayMs: () => RUN_MS,
    reply: () => (response) => {
      if (response.destroyed) cut += 1;
      else replies.status(200)(response);
    },
  });
  const from = Math.ceil((stage.time.now() + HEAD_START_MS) / 1_000) * 1_000;
  const common = {
    schedule: '* * * * * *',
    startAt: new Date(from).toISOString(),
    endAt: new Date(from + (SECONDS - 1) * 1_000).toISOString(),
    ...receiver.job,
  };
  const bodies = POLICIES.flatMap((overlap) =>
    Array.from({ length: jobs }, (_, index) => ({
      name: `${overlap} ${index}`,
      overlap,
      ...common,
    })),
  );
  const created = await createJobs(stage.apiUrls, bodies);
  // What waits then may have to wait for a run, and takes as long itself.
  stage.until(from + SECONDS * 1_000 + 2 * RUN_MS);
  const ids = Object.fromEntries(
    POLICIES.map((policy, index) => [policy, created.slice(index * jobs, (index + 1) * jobs)]),
  ) as Record<Policy, number[]>;
  return { from, ids, cutRequests: () => cut };
}

/** What has become of the instants of one job. */
interface Count {
  jobId: number;
  succeeded: number;
  replaced: number;
  skipped: number;
  /** Between its first start and its last end, the time in which nothing was under way. */
  idleMs: number;
}

async function countsOf({ database }: Stage): Promise<Count[]> {
  return database.query<Count>(
    `SELECT job_id AS "jobId",
            count(*) FILTER (WHERE status = 'succeeded')::integer AS succeeded,
            count(*) FILTER (WHERE status = 'cancelled' AND reason = 'replaced')::integer AS replaced,
            count(*) FILTER (WHERE status = 'skipped' AND reason = 'overlap')::integer AS skipped,
            1000 * extract(epoch FROM max(finished_at) - min(started_at)
                                      - sum(finished_at - started_at))::float8 AS "idleMs"
       FROM runs
      WHERE status <> 'skipped' OR reason = 'overlap'
      GROUP BY job_id`,
  );
}

function expected(policy: Policy, counts: readonly Count[]): Bound[] {
  const runs = Math.floor(SECONDS / INSTANTS_A_RUN);
  const of = (what: string, value: (count: Count) => number, atLeast: number, atMost = atLeast) => {
    const values = counts.map(value);
    return [
      { what: `${policy}: ${what}, the fewest`, value: Math.min(...values), atLeast },
      { what: `${policy}: ${what}, the most`, value: Math.max(...values), atMost },
    ];
  };
  switch (policy) {
    case 'allow':
      return of('runs', ({ succeeded }) => succeeded, SECONDS);
    case 'skip':
      return [
        ...of('runs', ({ succeeded }) => succeeded, runs - 1, runs + 1),
        ...of(
          'runs and skipped instants',
          ({ succeeded, skipped }) => succeeded + skipped,
          SECONDS,
        ),
      ];
    case 'queue':
      return [
        ...of('runs', ({ succeeded }) => succeeded, runs, runs + 2),
        ...of('ms between runs', ({ idleMs }) => Math.round(idleMs), 0, 2_000),
      ];
    case 'replace':
      return [
        ...of('runs replaced', ({ replaced }) => replaced, SECONDS - 1),
        ...of('runs to the end', ({ succeeded }) => succeeded, 1),
      ];
  }
}
