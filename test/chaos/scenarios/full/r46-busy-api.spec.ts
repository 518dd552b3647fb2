import { answersWithin, exactly, latenessWithin } from '../../harness/bounds.ts';
import { insertIdleJobs, removeIdleJobs } from '../../harness/idle-jobs.ts';
import { makeOldWeek } from '../../harness/old-week.ts';
import { Probe, type Probed } from '../../harness/probe.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';

/**
 * A fifth of what a large installation has, since two cores have to do for everything here: a list
 * of jobs counts all of them, which takes the database a third of a second for a million.
 */
const IDLE_JOBS = 200_000;
const OLD_RUNS = 2_000_000;
const OLD_JOBS = 20_000;
const OLD_MS = 14 * 86_400_000;
const PER_SECOND = 500;
const SECONDS = 60;
/** Together 6,000 a minute, since each comes a little late. */
const READS_PER_SECOND = 95;
const WRITES_PER_SECOND = 25;

scenario(
  { id: 'R46', title: 'an API with many jobs is asked a hundred times a second' },
  async (stage) => {
    const database = await stage.openDatabase();
    await insertIdleJobs(database, IDLE_JOBS);
    const old = { at: stage.time.now() - OLD_MS, runs: OLD_RUNS, jobs: OLD_JOBS };
    const oldWeek = await makeOldWeek(database, old);
    await stage.startFleet({ size: 3 });
    const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

    await stage.reach(from);
    const reads = new Probe(inTurns(stage, READS), 1_000 / READS_PER_SECOND);
    const writes = new Probe(inTurns(stage, WRITES), 1_000 / WRITES_PER_SECOND);
    await stage.reach(from + SECONDS * 1_000);
    await Promise.all([reads.stop(), writes.stop()]);
    await stage.settle();
    await database.query(`DROP TABLE ${oldWeek}`);
    await removeIdleJobs(database, IDLE_JOBS);

    await stage.conclude((judgement) => ({
      load: `${IDLE_JOBS} idle jobs, ${OLD_RUNS} old runs, ${PER_SECOND} starts/s for ${SECONDS} s`,
      bounds: [
        {
          what: 'requests a minute',
          value: Math.round(((reads.answers.length + writes.answers.length) * 60) / SECONDS),
          atLeast: 5_500,
        },
        exactly('reads without success', failures(reads.answers), 0),
        exactly('writes without success', failures(writes.answers), 0),
        answersWithin('reads', reads.answers, 200),
        answersWithin('writes', writes.answers, 400),
        ...latenessWithin(judgement, { p99: 1_000 }),
      ],
    }));
  },
);

/** The n-th request of its kind. */
type Question = (number: number) => { path: string; method?: string; body?: object };

/** As often as they stand here. */
const READS: readonly Question[] = [
  ...Array<Question>(20).fill((number) => ({ path: `/jobs/${idleJob(number)}` })),
  ...Array<Question>(14).fill((number) => ({ path: `/jobs/${oldJob(number)}/runs?limit=20` })),
  ...Array<Question>(5).fill(() => ({ path: '/runs?limit=20' })),
  () => ({ path: '/jobs?limit=20' }),
];

const WRITES: readonly Question[] = [
  (number) => ({
    method: 'PATCH',
    path: `/jobs/${idleJob(number)}`,
    body: { description: `changed by request ${number}` },
  }),
  () => ({ method: 'POST', path: '/jobs', body: { name: 'new', schedule: nextYear() } }),
];

/** One after the other, at one process after the other. */
function inTurns({ apiUrls }: Stage, questions: readonly Question[]): () => Request {
  let asked = 0;
  return () => {
    asked += 1;
    const question = questions[asked % questions.length] as Question;
    const { path, method, body } = question(asked);
    return new Request(`${apiUrls[asked % apiUrls.length]}${path}`, {
      method,
      ...(body
        ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        : {}),
    });
  };
}

/** Far from the one before: what is asked for is in nobody's memory. */
function idleJob(number: number): number {
  return ((number * 7_919) % IDLE_JOBS) + 1;
}

function oldJob(number: number): number {
  return ((number * 7_919) % OLD_JOBS) + 1;
}

function nextYear(): string {
  return `@at ${new Date(Date.now() + 365 * 86_400_000).toISOString()}`;
}

function failures(answers: readonly Probed[]): number {
  return answers.filter(({ status }) => status < 200 || status > 299).length;
}
