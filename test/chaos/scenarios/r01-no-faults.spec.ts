import { latenessWithin } from '../harness/bounds.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const PER_SECOND = sized(300, 2_000);
const SECONDS = sized(12, 120);

scenario({ id: 'R01', title: 'three instances, and nothing goes wrong' }, async (stage) => {
  await stage.startFleet({ size: 3 });
  await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });

  await stage.conclude((judgement) => ({
    load: `${PER_SECOND} starts/s for ${SECONDS} s`,
    bounds: latenessWithin(judgement, { p50: 150, p99: 1_000, max: 3_000 }),
  }));
});
