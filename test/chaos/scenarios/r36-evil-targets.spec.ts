import { type Reply, replies } from '../../support/target.ts';
import { EvilTarget, MuteTarget } from '../faults/evil-target.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import type { Member } from '../harness/fleet.ts';
import { footprintOf } from '../harness/footprint.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

/** Half of the load goes to a target that is well, the rest to the others alike. */
const HEALTHY_PER_SECOND = sized(40, 250);
const EVIL_PER_SECOND = sized(1, 31);
const SECONDS = sized(10, 60);
const LIMIT_MS = sized(1_000, 2_000);
const GROWTH_MIB = 100;

const STALLED = 'tls-stall';

/** How they misbehave, and what has to come of it. */
const WAYS: Readonly<Record<string, { reply: Reply; verdict: 'succeeded' | 'failed' }>> = {
  silence: { reply: replies.never(), verdict: 'failed' },
  drip: { reply: replies.drip(200, 1_000), verdict: 'failed' },
  'endless-body': { reply: replies.endless(), verdict: 'succeeded' },
  'endless-headers': { reply: replies.flood('HTTP/1.1 200 OK\r\n', 'x: y\r\n'), verdict: 'failed' },
  reset: { reply: replies.broken(), verdict: 'failed' },
  'body-after-204': {
    reply: replies.raw('HTTP/1.1 204 No Content\r\n\r\nmore'),
    verdict: 'succeeded',
  },
  'continue-flood': {
    reply: replies.flood('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    verdict: 'failed',
  },
};

scenario({ id: 'R36', title: 'half of the targets misbehave' }, async (stage) => {
  const { workers } = await stage.startFleet({ size: 3 });
  const evil = stage.opened(
    await EvilTarget.open(
      Object.fromEntries(Object.entries(WAYS).map(([way, { reply }]) => [way, reply])),
    ),
    (target) => target.close(),
  );
  const mute = stage.opened(await MuteTarget.open(), (target) => target.close());
  const receiver = await stage.openReceiver();
  const urls = new Map([
    ...evil.ways.map((way) => [way, evil.urlOf(way)] as const),
    [STALLED, mute.url],
  ]);

  for (const [name, url] of urls) {
    const job = { name, type: 'http', payload: { url }, timeoutMs: LIMIT_MS };
    await stage.load({ perSecond: EVIL_PER_SECOND, seconds: SECONDS, job });
  }
  const healthy = { name: 'healthy', ...receiver.job };
  const from = await stage.load({ perSecond: HEALTHY_PER_SECOND, seconds: SECONDS, job: healthy });
  await stage.reach(from + (SECONDS * 1_000) / 3);
  const before = await memory(workers);
  await stage.settle();
  const after = await memory(workers);

  console.error(before, after);
  const ends = await endsOf(stage, [...urls.keys()]);
  console.error(ends);
  const asked = [...evil.ways.map((way) => evil.requests(way)), mute.connections];
  const wrong = ends.filter(({ way, status }) => status !== (WAYS[way]?.verdict ?? 'failed'));
  await stage.conclude((judgement) => ({
    load: `${HEALTHY_PER_SECOND} deliveries/s, and ${EVIL_PER_SECOND} to each of ${urls.size} evil targets, for ${SECONDS} s`,
    bites: { count: Math.min(...asked), atLeast: EVIL_PER_SECOND * (SECONDS - 5) },
    bounds: [
      exactly('unexpected verdicts', wrong.length, 0),
      {
        what: 'longest attempt, ms',
        value: Math.max(...ends.map(({ ms }) => ms)),
        atMost: LIMIT_MS + 1_000,
      },
      {
        what: 'growth of memory, MiB',
        value: Math.max(...after.map((mib, index) => Math.round(mib - (before[index] ?? 0)))),
        atMost: GROWTH_MIB,
      },
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});

async function memory(members: readonly Member[]): Promise<number[]> {
  const footprints = await Promise.all(members.map(({ process: { pid } }) => footprintOf(pid)));
  return footprints.map(({ rssMiB }) => rssMiB);
}

/** The verdicts of runs with an evil target, and the longest that one with this verdict took. */
async function endsOf(
  { database }: Stage,
  ways: readonly string[],
): Promise<{ way: string; status: string; ms: number }[]> {
  return database.query(
    `SELECT jobs.name AS way, runs.status,
            1000 * extract(epoch FROM max(finished_at - started_at))::float8 AS ms
       FROM runs JOIN jobs ON jobs.id = runs.job_id
      WHERE jobs.name = ANY ($1) AND attempt > 0
      GROUP BY 1, 2`,
    [ways],
  );
}
