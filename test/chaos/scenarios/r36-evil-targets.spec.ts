import { type Reply, replies } from '../../support/target.ts';
import { TcpProxy } from '../faults/tcp-proxy.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { memoryOf } from '../harness/footprint.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

/** Half of the load goes to a target that is well, the rest to the others alike. */
const HEALTHY_PER_SECOND = sized(40, 250);
const EVIL_PER_SECOND = sized(1, 28);
const SECONDS = sized(10, 60);
/** For what has no end; everything else has the time that it takes on a busy machine. */
const LIMIT_MS = 2_000;
/** An attempt that nothing ended would last for ever: a busy machine is no part of this. */
const OVERTIME_MS = sized(5_000, 1_000);
const GROWTH_MIB = 100;

interface Way {
  reply: Reply;
  verdict: 'succeeded' | 'failed';
  timeoutMs?: number;
}

const HEALTHY = 'healthy';
const NO_HANDSHAKE = 'no handshake';
/** What the others do, and what has to come of it. */
const WAYS: Readonly<Record<string, Way>> = {
  silence: { reply: replies.never(), verdict: 'failed', timeoutMs: LIMIT_MS },
  drip: { reply: replies.drip(200, 1_000), verdict: 'failed', timeoutMs: LIMIT_MS },
  'endless body': { reply: replies.endless(), verdict: 'succeeded' },
  'endless headers': { reply: replies.flood('HTTP/1.1 200 OK\r\n', 'x: y\r\n'), verdict: 'failed' },
  reset: { reply: replies.broken(), verdict: 'failed' },
  'body after 204': {
    reply: replies.raw('HTTP/1.1 204 No Content\r\n\r\nmore'),
    verdict: 'succeeded',
  },
  'continue without end': {
    reply: replies.flood('', 'HTTP/1.1 100 Continue\r\n\r\n'),
    verdict: 'failed',
  },
  'processing without end': {
    reply: replies.flood('', 'HTTP/1.1 102 Processing\r\n\r\n'),
    verdict: 'failed',
  },
};

scenario({ id: 'R36', title: 'half of the targets misbehave' }, async (stage) => {
  const { workers } = await stage.startFleet({ size: 3 });
  const receiver = await stage.openReceiver({
    reply: ({ headers: { marker } }) => WAYS[String(marker)]?.reply ?? replies.status(200),
  });
  const mute = await TcpProxy.open({ host: '127.0.0.1', port: 9 });
  stage.opened(mute, () => mute.close()).apply({ silent: 'both' });

  const load = (marker: string, perSecond: number, fields: object = {}) => {
    const payload = { url: receiver.url, headers: { marker } };
    const job = { name: marker, type: 'http', payload, ...fields };
    return stage.load({ perSecond, seconds: SECONDS, job });
  };
  for (const [way, { timeoutMs }] of Object.entries(WAYS)) {
    await load(way, EVIL_PER_SECOND, { timeoutMs });
  }
  const payload = { url: `https://127.0.0.1:${mute.port}` };
  await load(NO_HANDSHAKE, EVIL_PER_SECOND, { payload, timeoutMs: LIMIT_MS });
  const from = await load(HEALTHY, HEALTHY_PER_SECOND);

  const pids = workers.map(({ process }) => process.pid);
  await stage.reach(from + (SECONDS / 3) * 1_000);
  const before = await memoryOf(pids);
  await stage.settle();
  const after = await memoryOf(pids);
  const growth = after.map((mib, index) => Math.round(mib - (before[index] ?? 0)));

  const ends = await endsOf(stage);
  const unexpected = ends.filter(({ way, status }) => status !== verdictOf(way));
  const arrived = (way: string) =>
    receiver.deliveries.filter(({ marker }) => marker === way).length;
  await stage.conclude((judgement) => ({
    load: `${HEALTHY_PER_SECOND} deliveries/s to a target that is well, and ${EVIL_PER_SECOND}/s to each of ${Object.keys(WAYS).length + 1} others, for ${SECONDS} s`,
    bites: {
      count: Math.min(mute.bites.silenced, ...Object.keys(WAYS).map(arrived)),
      atLeast: EVIL_PER_SECOND * (SECONDS - 5),
    },
    bounds: [
      exactly('unexpected verdicts', unexpected.length, 0),
      {
        what: 'longest attempt beyond its limit, ms',
        value: Math.round(Math.max(...ends.map(({ beyondMs }) => beyondMs))),
        atMost: OVERTIME_MS,
      },
      { what: 'growth of memory, MiB', value: Math.max(...growth), atMost: GROWTH_MIB },
      ...latenessWithin(judgement, { p99: 1_000 }),
    ],
  }));
});

function verdictOf(way: string): string {
  return way === HEALTHY ? 'succeeded' : (WAYS[way]?.verdict ?? 'failed');
}

/** What became of all runs that were started. */
async function endsOf({
  database,
}: Stage): Promise<{ way: string; status: string; beyondMs: number }[]> {
  return database.query(
    `SELECT jobs.name AS way, runs.status,
            max(1000 * extract(epoch FROM finished_at - started_at)::float8 - timeout_ms)
              AS "beyondMs"
       FROM runs JOIN jobs ON jobs.id = job_id
      WHERE attempt > 0
      GROUP BY jobs.name, runs.status`,
  );
}
