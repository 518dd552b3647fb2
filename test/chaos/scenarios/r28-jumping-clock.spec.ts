import { eventually } from '../../support/eventually.ts';
import { replies } from '../../support/target.ts';
import type { FakeTime } from '../faults/fake-time.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { needsFakeTime, openFakeTime } from '../harness/fake-clocks.ts';
import type { Member } from '../harness/fleet.ts';
import { heldBy } from '../harness/holders.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import { skewOf } from '../harness/skew.ts';
import type { Stage } from '../harness/stage.ts';

const PER_SECOND = 300;
const SECONDS = sized(18, 120);

const HOUR_MS = 3_600_000;
const HOURS = [HOUR_MS, -HOUR_MS];
/** Longer than two signs of life of a lease are apart, and in full than three leases last. */
const HOUR_HOLDS_MS = sized(4_000, 15_000);
/** From a hair's breadth to some minutes, each to one side and then to the other. */
const STROBES_MS = Array.from({ length: 17 }, (_, index) => 2 ** (index + 2)).flatMap((ms) => [
  ms,
  -ms,
]);
const STROBE_HOLDS_MS = 100;
/** As long as something is due each second, one of three hosts seldom has nothing for so long. */
const AIM_LIMIT_MS = 1_500;

/** Under way whenever the clock jumps, for as long as a lease lasts, and answered before the limit. */
const SLOW = { perSecond: 20, answerMs: 5_000, limitMs: 20_000 };
/** Never answered, so that the limit ends them. */
const MUTE = { perSecond: 2, limitMs: 1_000 };
/** On a busy machine still far from an hour, and from what ends an attempt beside its limit. */
const MUTE_SLACK_MS = sized(4_000, 1_000);
/** What a timer and a clock may differ by. */
const CLOCK_MS = 100;

const title = 'the clock of one host jumps';

scenario({ id: 'R28', title, impossible: needsFakeTime }, async (stage) => {
  const clock = await openFakeTime(stage);
  const { url } = await stage.openDatabase();
  const { workers } = await stage.startFleet({
    size: 3,
    // With split roles the host has a scheduler as well.
    berth: (index) => ({
      databaseUrl: url,
      settings: index % 3 === 0 ? clock.environment : undefined,
    }),
  });
  const victim = workers[0] as Member;
  const slow = await stage.openReceiver({ delayMs: () => SLOW.answerMs });
  const mute = await stage.openReceiver({ reply: () => replies.never() });
  await stage.load({
    ...{ perSecond: SLOW.perSecond, seconds: SECONDS },
    job: { ...slow.job, name: 'slow', timeoutMs: SLOW.limitMs, overlap: 'allow' },
  });
  await stage.load({
    ...{ perSecond: MUTE.perSecond, seconds: SECONDS },
    job: { ...mute.job, name: 'mute', timeoutMs: MUTE.limitMs },
  });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  await stage.reach(from + 1_000);
  const jumper = new Jumper(stage, clock, victim);
  for (const offsetMs of HOURS) await jumper.set(offsetMs, HOUR_HOLDS_MS);
  const skewError = Math.abs((await skewOf(victim)) + HOUR_MS / 1_000);
  await jumper.flicker(from + (SECONDS - 5) * 1_000);

  await stage.settle();
  const ends = await endsOf(stage);
  const endOf = (name: string) => ends.find((end) => end.name === name) as Ends;
  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s, ${SLOW.perSecond} long deliveries/s, ${SECONDS} s`,
    bites: { count: jumper.bites, atLeast: (HOURS.length + STROBES_MS.length) / 2 },
    bounds: [
      { what: 'error of the skew that is told after a jump, s', value: skewError, atMost: 1 },
      exactly('long deliveries that did not succeed at once', endOf('slow').others, 0),
      exactly('deliveries without an answer that did not fail', endOf('mute').succeeded, 0),
      {
        what: 'shortest of them, ms',
        value: Math.round(endOf('mute').shortestMs),
        atLeast: MUTE.limitMs - CLOCK_MS,
      },
      {
        what: 'longest of them, ms',
        value: Math.round(endOf('mute').longestMs),
        atMost: MUTE.limitMs + MUTE_SLACK_MS,
      },
      exactly('leases that were lost', judgement.takenOver.lost, 0),
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});

/** Sets the clock of one host. */
class Jumper {
  /** Jumps at which the host had deliveries under way. */
  bites = 0;

  constructor(
    private readonly stage: Stage,
    private readonly clock: FakeTime,
    private readonly victim: Member,
  ) {}

  /** To and fro, farther and farther, until this instant and once through at the least. */
  async flicker(until: number): Promise<void> {
    do {
      for (const offsetMs of STROBES_MS) await this.set(offsetMs, STROBE_HOLDS_MS);
    } while (this.stage.time.now() < until);
    await this.clock.shift(0);
  }

  /** Waits a little for the host to have something under way; leaves it so for a while. */
  async set(offsetMs: number, holdMs: number): Promise<void> {
    const { stage, clock, victim } = this;
    const isHit = await eventually(async () => (await heldBy(stage.database, victim)) > 0, {
      timeoutMs: AIM_LIMIT_MS,
    }).catch(() => false);
    if (isHit) this.bites += 1;
    await stage.during(`clock ${offsetMs} ms off`, 'a host', async () => {
      await clock.shift(offsetMs);
      await stage.reach(stage.time.now() + holdMs);
    });
  }
}

interface Ends {
  name: string;
  succeeded: number;
  /** Runs that needed more than one attempt, or came to another end. */
  others: number;
  shortestMs: number;
  longestMs: number;
}

async function endsOf({ database }: Stage): Promise<Ends[]> {
  return database.query<Ends>(
    `SELECT name,
            (count(*) FILTER (WHERE status = 'succeeded'))::integer AS succeeded,
            (count(*) FILTER (WHERE status <> 'succeeded' OR attempt <> 1))::integer AS others,
            1000 * extract(epoch FROM min(finished_at - started_at))::float8 AS "shortestMs",
            1000 * extract(epoch FROM max(finished_at - started_at))::float8 AS "longestMs"
       FROM runs JOIN jobs ON jobs.id = job_id
      WHERE attempt > 0
      GROUP BY name`,
  );
}
