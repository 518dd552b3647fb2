import { exactly, latenessWithin } from '../harness/bounds.ts';
import { needsFakeTime, openFakeTime } from '../harness/fake-clocks.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import { skewOf, skewWarningsOf } from '../harness/skew.ts';

const PER_SECOND = 300;
const SECONDS = sized(12, 120);
/** How far hosts are ahead of the database, in seconds, by the places of their processes. */
const SKEWS = [300, -300, 0] as const;
/** Which each of them has to tell so exactly. */
const TOLERANCE_S = 1;

scenario(
  { id: 'R27', title: 'hosts have clocks that are five minutes wrong', impossible: needsFakeTime },
  async (stage) => {
    const times = await Promise.all(SKEWS.map((seconds) => openFakeTime(stage, seconds * 1_000)));
    const { url } = await stage.openDatabase();
    const { members } = await stage.startFleet({
      size: 3,
      berth: (index) => ({
        databaseUrl: url,
        settings: times[index % times.length]?.environment,
      }),
    });
    await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
    await stage.during('wrong clocks', 'two of three hosts', () => stage.settle());

    const told = await Promise.all(members.map(skewOf));
    const set = members.map((_, index) => SKEWS[index % SKEWS.length] as number);
    const off = told.map((seconds, index) => Math.abs(seconds - (set[index] ?? NaN)));
    const warned = members.filter((member, index) => {
      return skewWarningsOf(member) === (set[index] === 0 ? 0 : 1);
    });
    const wrong = (skews: number[]) => skews.filter((skew) => Math.abs(skew) > 200).length;
    await stage.conclude((judgement) => ({
      load: `${PER_SECOND} starts/s for ${SECONDS} s`,
      bites: { count: wrong(told), atLeast: wrong(set) },
      bounds: [
        { what: 'error of a skew that is told, s', value: Math.max(...off), atMost: TOLERANCE_S },
        exactly('processes that warn of it once', warned.length, members.length),
        ...latenessWithin(judgement, { p99: 1_000 }),
      ],
    }));
  },
);
