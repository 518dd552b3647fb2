import { eventually } from '../../support/eventually.ts';
import { firstStart, type RunRow } from '../checker/evidence.ts';
import { spreadOf } from '../checker/lateness.ts';
import { type Bound, exactly } from '../harness/bounds.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const OUTAGE_MS = sized(15_000, 90_000);
const POLICIES = ['once', 'all', 'skip'] as const;
/** In seconds. */
const PERIODS = sized([1, 2, 3, 5], [5, 10, 15, 30]);
/** Jobs of one policy and one period. */
const OF_A_KIND = sized(4, 25);
const OF_A_POLICY = OF_A_KIND * PERIODS.length;
/** So that making up for the outage takes a while: some of it begins seconds later than the rest. */
const ANSWER_MS = 1_000;
/** In the short form others may keep the machine busy while a run is on its way from claim to start. */
const TOLERANCES = { startMs: sized(1_000, 250) };

/** Other work, which goes on meanwhile. */
const PER_SECOND = sized(60, 100);
const BEFORE_S = 3;
const AFTER_S = sized(6, 30);
/** What processes need to come back, on a busy machine. */
const START_S = 5;
/** Of what is due when they are. */
const LATENESS_MS = sized(6_000, 2_000);

scenario({ id: 'R07', title: 'all instances are killed, and come back later' }, async (stage) => {
  const { members } = await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver({ delayMs: () => ANSWER_MS });
  const bodies = jobsOfEachKind().map((body) => ({ ...body, ...receiver.job }));
  const ids = await createJobs(stage.apiUrls, bodies);
  const seconds = BEFORE_S + OUTAGE_MS / 1_000 + START_S + AFTER_S;
  const from = await stage.load({ perSecond: PER_SECOND, seconds });

  await stage.reach(from + BEFORE_S * 1_000);
  const outage = await stage.during('SIGKILL', 'all', async () => {
    const begin = stage.time.now();
    await Promise.all(members.map((member) => member.end('SIGKILL')));
    await stage.reach(begin + OUTAGE_MS);
    return { from: begin, to: stage.time.now() };
  });
  await Promise.all(members.map((member) => member.start()));
  await eventually(isPlanned);
  const backAt = stage.time.now();

  await stage.conclude(
    (_judgement, { runs }) => {
      const policies = new Map(ids.map((id, index) => [id, bodies[index]?.missed.policy]));
      const rows = (policy: string) => runs.filter((run) => policies.get(run.job_id) === policy);
      return {
        load: `${ids.length} jobs of 3 policies and 4 periods, ${PER_SECOND} other starts/s`,
        bites: { count: rows('all').filter(isMadeUp).length, atLeast: OF_A_POLICY },
        bounds: [
          exactly(
            'once: runs that made up for it',
            rows('once').filter(isMadeUp).length,
            OF_A_POLICY,
          ),
          exactly('once: ranges', rows('once').filter(isRange).length, OF_A_POLICY),
          exactly('all: ranges', rows('all').filter(isRange).length, 0),
          exactly('skip: runs that made up for it', rows('skip').filter(isMadeUp).length, 0),
          exactly('skip: ranges', rows('skip').filter(isRange).length, OF_A_POLICY),
          currentWithin(runs, backAt),
        ],
      };
    },
    { outages: [outage], tolerances: TOLERANCES },
  );

  /** Whether nobody has to make up for what has been missed any more, since it stands in the ledger. */
  async function isPlanned(): Promise<boolean> {
    const overdue = await stage.database.query(
      `SELECT FROM jobs
        WHERE is_active AND next_run <= clock_timestamp() - interval '5 seconds'
        LIMIT 1`,
    );
    return overdue.length === 0;
  }
});

function jobsOfEachKind() {
  const kinds = PERIODS.flatMap((period) =>
    POLICIES.map((policy) => ({
      name: `${policy}, every ${period} s`,
      schedule: `*/${period} * * * * *`,
      missed: { policy },
      overlap: 'allow',
    })),
  );
  return Array.from({ length: OF_A_KIND }, () => kinds).flat();
}

function isMadeUp({ trigger }: RunRow): boolean {
  return trigger === 'missed';
}

function isRange({ range_count, reason }: RunRow): boolean {
  return range_count !== null && reason === 'missed';
}

/** Of what became due when everything was there again, and much was being made up for. */
function currentWithin(runs: readonly RunRow[], since: number): Bound {
  const current = runs.filter(
    ({ trigger, scheduled_for, attempt }) =>
      trigger === 'schedule' && scheduled_for > since && attempt > 0,
  );
  const { p99 } = spreadOf(current.map((run) => firstStart(run) - run.scheduled_for));
  const what = 'lateness p99 of what came after it, ms';
  return { what, value: Math.round(p99), atMost: LATENESS_MS };
}
