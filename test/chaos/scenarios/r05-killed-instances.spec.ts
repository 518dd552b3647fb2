import { finalWithin, latenessWithin } from '../harness/bounds.ts';
import { LEASE_MS, type Member } from '../harness/fleet.ts';
import { scenario, sized } from '../harness/scenario.ts';

const PER_SECOND = sized(300, 2_000);
const SECONDS = sized(15, 120);
const EVERY_MS = 5_000;
/** A few runs take time, so that there is something under way whenever a process is killed. */
const SLOW_PER_SECOND = 20;
const SLOW_MS = 600;
/** After a second at which much is due. */
const AIM_MS = 30;

scenario({ id: 'R05', title: 'one of three is killed every five seconds' }, async (stage) => {
  const { workers } = await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver({ delayMs: () => SLOW_MS });
  const slow = { perSecond: SLOW_PER_SECOND, seconds: SECONDS, job: receiver.job };
  await stage.load(slow);
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  for (let second = 2; second < SECONDS - 1; second += EVERY_MS / 1_000) {
    await stage.reach(from + second * 1_000 + AIM_MS);
    const victim = workers[Math.floor(second) % workers.length] as Member;
    const kill = () => victim.replace('SIGKILL');
    await stage.during('SIGKILL', victim.roles, kill, victim.process.pid);
  }

  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s for ${SECONDS} s`,
    bounds: [
      ...latenessWithin(judgement, { p99: 4_000, max: LEASE_MS + 10_000 }),
      finalWithin(judgement, LEASE_MS + 10_000),
    ],
  }));
});
