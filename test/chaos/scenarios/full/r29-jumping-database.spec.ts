import { eventually } from '../../../support/eventually.ts';
import type { RunRow } from '../../checker/evidence.ts';
import type { FakeTime } from '../../faults/fake-time.ts';
import { exactly, latenessWithin } from '../../harness/bounds.ts';
import { needsFakeTime, openFakeTime } from '../../harness/fake-clocks.ts';
import { scenario } from '../../harness/scenario.ts';
import type { Stage } from '../../harness/stage.ts';

const PER_SECOND = 100;
/** Under way whenever the clock jumps. */
const SLOW_PER_SECOND = 5;
const SLOW_MS = 2_000;
/**
 * In which part of a second they are answered: before the jump. After it there is time until the
 * next one for everybody to notice, so that nobody ends what by the new time is his no longer.
 */
const ANSWER_PHASE_MS = 400;
const JOBS = 5 * (PER_SECOND + SLOW_PER_SECOND);

const BACK_MS = 30_000;
const AHEAD_MS = 3_600_000;
/** Before and after each jump. */
const PART_MS = 15_000;
/** By the clock of the database, which shows the time of the first jump twice. */
const SECONDS = (3 * PART_MS + AHEAD_MS) / 1_000;
/** After a full second, at which much becomes due: when all of that has started. */
const AIM_MS = 500;
const SECOND_MS = 1_000;

const title = 'the clock of the database jumps';

scenario({ id: 'R29', title, impossible: needsFakeTime }, async (stage) => {
  const clock = await openFakeTime(stage);
  await stage.openServer({ environment: clock.environment });
  await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver({
    delayMs: () => SLOW_MS + ANSWER_PHASE_MS - (stage.time.now() % SECOND_MS),
  });
  await stage.load({ perSecond: SLOW_PER_SECOND, seconds: SECONDS, job: receiver.job });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  await quiet(stage, from + PART_MS + AIM_MS);
  const back = await jump(stage, clock, -BACK_MS);
  const before = await starts(stage);
  await stage.reach(back.to + BACK_MS - 2_000);
  const startedTwice = (await starts(stage)) - before;

  await quiet(stage, from + 2 * PART_MS + AIM_MS);
  const outage = await jump(stage, clock, AHEAD_MS);

  await stage.conclude(
    (judgement, { runs }) => ({
      load: `${PER_SECOND} starts/s and ${SLOW_PER_SECOND} long deliveries/s`,
      bites: { count: Math.min(judgement.takenOver.lost, before), atLeast: 1 },
      bounds: [
        exactly('starts in the time that is shown twice', startedTwice, 0),
        exactly('runs that made up for the hour', runs.filter(isMadeUp).length, JOBS),
        exactly('ranges that were left out', runs.filter(isRange).length, JOBS),
        ...latenessWithin(judgement, { p99: 1_000 }, 'outside'),
      ],
    }),
    { outages: [outage] },
  );
});

/** Waits until this instant, and then until nothing is on its way to its start any more. */
async function quiet(stage: Stage, instant: number): Promise<void> {
  await stage.reach(instant);
  const due = `SELECT FROM runs
                WHERE wake_at <= clock_timestamp() AND status IN ('planned', 'queued')
                LIMIT 1`;
  await eventually(async () => (await stage.database.query(due)).length === 0);
}

/** Answers what the clock showed before and after. */
async function jump(
  stage: Stage,
  clock: FakeTime,
  byMs: number,
): Promise<{ from: number; to: number }> {
  return stage.during(`clock set by ${byMs} ms`, 'the database', async () => {
    const from = stage.time.now();
    await clock.shift(clock.offsetMs + byMs);
    await stage.time.tie();
    return { from, to: from + byMs };
  });
}

/** How many there have been by now. */
async function starts({ database }: Stage): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM observer.changes
      WHERE status = 'running' AND status_before <> 'running'`,
  );
  return row?.count ?? NaN;
}

function isMadeUp({ trigger }: RunRow): boolean {
  return trigger === 'missed';
}

function isRange({ range_count, reason }: RunRow): boolean {
  return range_count !== null && reason === 'missed';
}
