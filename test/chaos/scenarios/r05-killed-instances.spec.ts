import { finalWithin, latenessWithin } from '../harness/bounds.ts';
import { LEASE_MS } from '../harness/fleet.ts';
import { killAgainAndAgain } from '../harness/kills.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(300, 2_000);
const KILLS = { times: sized(3, 24), everyMs: 5_000 };
/** A few runs take time, so that there is something under way whenever a process is killed. */
const SLOW_PER_SECOND = 20;
const SLOW_MS = 600;

scenario({ id: 'R05', title: 'one of three is killed every five seconds' }, async (stage) => {
  const fleet = await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver({ delayMs: () => SLOW_MS });
  await stage.load({ perSecond: SLOW_PER_SECOND, job: receiver.job });
  const from = await stage.load({ perSecond: PER_SECOND });

  await killAgainAndAgain(stage, fleet, { ...KILLS, from: from + 2_000 });
  stage.until(stage.time.now());

  await stage.conclude((judgement) => ({
    load: `${PER_SECOND + SLOW_PER_SECOND} starts/s`,
    bounds: [
      ...latenessWithin(judgement, { p99: 4_000, max: LEASE_MS + 10_000 }),
      finalWithin(judgement, LEASE_MS + 10_000),
    ],
  }));
});
