import { latenessWithin } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(150, 300);
const SECONDS = sized(10, 60);
const EVERY_MS = 200;

scenario({ id: 'R15', title: 'sessions of the service are ended all the time' }, async (stage) => {
  await stage.openDatabase();
  const faults = stage.openDatabaseFaults();
  await stage.startFleet({ size: 3 });
  const from = await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  let ended = 0;
  for (let at = from; at < from + (SECONDS - 1) * 1_000; at += EVERY_MS) {
    await stage.reach(at);
    const end = () => faults.endSession();
    if (await stage.during('pg_terminate_backend', 'session', end)) ended += 1;
  }

  await stage.conclude(
    (judgement) => ({
      load: `${PER_SECOND} starts/s for ${SECONDS} s`,
      bites: { count: ended, atLeast: Math.floor(((SECONDS - 1) * 1_000) / EVERY_MS / 2) },
      bounds: latenessWithin(judgement, { p99: 3_000 }),
    }),
    { mayLogErrors: true },
  );
});
