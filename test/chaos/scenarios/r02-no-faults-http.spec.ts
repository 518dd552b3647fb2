import { latenessWithin } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(100, 500);
const SECONDS = sized(12, 120);

scenario({ id: 'R02', title: 'three instances deliver, and nothing goes wrong' }, async (stage) => {
  await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver();
  await stage.load({ perSecond: PER_SECOND, seconds: SECONDS, job: receiver.job });

  await stage.conclude(
    (judgement) => ({
      load: `${PER_SECOND} deliveries/s for ${SECONDS} s`,
      bounds: latenessWithin(judgement, { p99: 1_000 }),
    }),
    { maxRepeats: 0 },
  );
});
