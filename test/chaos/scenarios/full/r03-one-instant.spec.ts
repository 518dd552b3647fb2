import type { Evidence } from '../../checker/evidence.ts';
import { firstStart } from '../../checker/evidence.ts';
import { answersWithin, exactly } from '../../harness/bounds.ts';
import { createJobs } from '../../harness/load.ts';
import { Probe } from '../../harness/probe.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';

const JOBS = 10_000;
const SPREAD_SECONDS = 60;
/** For the registration of all jobs. */
const HEAD_START_MS = 60_000;
const REQUESTS_PER_SECOND = 100;
/** Before the instant, and after the last start that may be. */
const MARGIN_MS = 5_000;
const LAST_START_MS = 10_000;

scenario({ id: 'R03', title: 'ten thousand jobs are due at one instant' }, async (stage) => {
  await stage.startFleet({ size: 3 });
  const at = await register(stage, {});
  const requests = await reading(stage, at);

  await stage.conclude((_, evidence) => ({
    load: `${JOBS} jobs, ${REQUESTS_PER_SECOND} requests/s`,
    bounds: [
      exactly('starts', starts(evidence).length, JOBS),
      { what: 'last start, ms', value: Math.max(...starts(evidence)) - at, atMost: LAST_START_MS },
      exactly(
        'requests without an answer',
        requests.filter(({ status }) => status !== 200).length,
        0,
      ),
      answersWithin('API', requests, 500),
    ],
  }));
});

scenario(
  { id: 'R03b', title: 'ten thousand jobs are due at one instant, and spread over a minute' },
  async (stage) => {
    await stage.startFleet({ size: 3 });
    const at = await register(stage, { spreadSeconds: SPREAD_SECONDS });
    // Where a job spreads to is the service's to say: beforehand, and then it has to keep to it.
    const promised = await stage.database.query<{ id: number; at: Date }>(
      'SELECT id, next_run AS at FROM jobs',
    );
    const dueOverride = new Map(promised.map((job) => [job.id, [job.at.getTime()]]));
    stage.until(at + SPREAD_SECONDS * 1_000);

    await stage.conclude(
      (_, evidence) => ({
        load: `${JOBS} jobs over ${SPREAD_SECONDS} s`,
        bounds: [
          exactly('starts', starts(evidence).length, JOBS),
          {
            what: 'starts in the busiest second',
            value: busiestSecond(starts(evidence)),
            atMost: Math.round((2 * JOBS) / SPREAD_SECONDS),
          },
        ],
      }),
      { dueOverride },
    );
  },
);

/** Registers all jobs, and answers when they are due. */
async function register(stage: Stage, fields: object): Promise<number> {
  const at = Math.ceil((stage.time.now() + HEAD_START_MS) / 1_000) * 1_000;
  const schedule = `@at ${new Date(at).toISOString()}`;
  const bodies = Array.from({ length: JOBS }, (_, index) => ({
    name: `job ${index}`,
    schedule,
    ...fields,
  }));
  await createJobs(stage.apiUrls, bodies);
  stage.until(at);
  return at;
}

/** Asks for jobs, about the instant at which all are due. */
async function reading(stage: Stage, at: number) {
  await stage.reach(at - MARGIN_MS);
  let asked = 0;
  const question = () => {
    asked += 1;
    const url = stage.apiUrls[asked % stage.apiUrls.length];
    return `${url}/jobs/${(asked % JOBS) + 1}`;
  };
  const probe = new Probe(question, 1_000 / REQUESTS_PER_SECOND);
  await stage.reach(at + LAST_START_MS);
  await probe.stop();
  return probe.answers;
}

/** When the runs were started first, in milliseconds since 1970. */
function starts({ runs }: Evidence): number[] {
  return runs.filter(({ attempt }) => attempt > 0).map((run) => firstStart(run));
}

function busiestSecond(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const ms of times) {
    const second = Math.floor(ms / 1_000);
    counts.set(second, (counts.get(second) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}
