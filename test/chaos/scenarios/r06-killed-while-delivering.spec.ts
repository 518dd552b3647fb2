import { latenessWithin } from '../harness/bounds.ts';
import { killAgainAndAgain } from '../harness/kills.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(100, 500);
const KILLS = { times: sized(3, 24), everyMs: 5_000 };
/** Long enough for a process to be killed meanwhile. */
const ANSWER_MS = 600;
/** So many requests are under way when it is. */
const AIM = PER_SECOND / 5;
/** Of one instance; two of three have enough for all. */
const PLACES = sized(100, 300);

scenario({ id: 'R06', title: 'one of three is killed while it delivers' }, async (stage) => {
  const settings = { WORKER_CONCURRENCY: String(PLACES) };
  const fleet = await stage.startFleet({ size: 3, settings });
  const receiver = await stage.openReceiver({ delayMs: () => ANSWER_MS });
  const from = await stage.load({ perSecond: PER_SECOND, job: receiver.job });

  await killAgainAndAgain(stage, fleet, {
    ...KILLS,
    from: from + 2_000,
    isInAim: () => receiver.waiting >= AIM,
  });
  stage.until(stage.time.now());

  // That each repeat follows a lost lease is the checker's to say: no other one is accounted for.
  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} deliveries/s`,
    bites: { count: judgement.repeats, atLeast: KILLS.times },
    bounds: [
      ...latenessWithin(judgement, { p99: 3_000 }),
      { what: 'repeats', value: judgement.repeats, atMost: KILLS.times * PLACES },
    ],
  }));
});
