import type { ServerResponse } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type Reply, replies } from '../../support/target.ts';
import { exactly, latenessWithin } from '../harness/bounds.ts';
import { memoryOf } from '../harness/footprint.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';
import type { Stage } from '../harness/stage.ts';

const HEAP_MIB = 96;
/** Beside the heap there are the program itself and the buffers of its connections. */
const RSS_MIB = 320;
const PER_SECOND = sized(60, 300);
/** Of each kind of answer. */
const HUGE_PER_SECOND = sized(3, 15);
const SECONDS = sized(10, 60);
/** The most that a job may have kept of an answer. */
const KEPT_BYTES = 256 * 1_024;
/** What a connection may have on its way when it is cut. */
const READ_MIB = 32;

const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** One stream of gzip may consist of many: this megabyte would fill a thousand. */
const BOMB = Buffer.concat(Array<Buffer>(GIB / MIB).fill(gzipSync(Buffer.alloc(MIB))));

scenario({ id: 'R11', title: 'answers are larger than the heap' }, async (stage) => {
  const nodeFlags = [`--max-old-space-size=${HEAP_MIB}`];
  const berth = () => ({ databaseUrl: stage.database.url, nodeFlags });
  const { workers } = await stage.startFleet({ size: 2, berth });
  const sentBytes: number[] = [];
  const answers: Readonly<Record<string, Reply>> = {
    gigabyte: (response) => {
      response.once('close', () => sentBytes.push(response.socket?.bytesWritten ?? 0));
      sendGigabyte(response);
    },
    bomb: replies.status(200, BOMB, { 'content-encoding': 'gzip' }),
    headers: replies.raw(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}\r\n`),
  };
  const receiver = await stage.openReceiver({
    reply: ({ headers: { marker } }) => answers[String(marker)] as Reply,
  });

  for (const marker of Object.keys(answers)) {
    const payload = { url: receiver.url, headers: { marker }, maxResponseBytes: KEPT_BYTES };
    const job = { name: marker, type: 'http', payload };
    await stage.load({ perSecond: HUGE_PER_SECOND, seconds: SECONDS, job });
  }
  await stage.load({ perSecond: PER_SECOND, seconds: SECONDS });
  await stage.settle();
  const memory = await memoryOf(workers.map(({ process }) => process.pid));

  const ends = await endsOf(stage, Object.keys(answers));
  await stage.conclude((judgement) => ({
    load: `${HUGE_PER_SECOND}/s of each kind of answer and ${PER_SECOND} other starts/s for ${SECONDS} s`,
    bites: { count: sentBytes.length, atLeast: HUGE_PER_SECOND * (SECONDS - 5) },
    bounds: [
      exactly('kinds of answers', ends.length, Object.keys(answers).length),
      exactly('verdicts without a word', Math.max(...ends.map(({ silent }) => silent)), 0),
      {
        what: 'kept of an answer, characters',
        value: Math.max(...ends.map(({ kept }) => kept)),
        atMost: KEPT_BYTES,
      },
      {
        what: 'read of an answer, MiB',
        value: Math.round(Math.max(...sentBytes) / MIB),
        atMost: READ_MIB,
      },
      { what: 'memory, MiB', value: Math.round(Math.max(...memory)), atMost: RSS_MIB },
      ...latenessWithin(judgement, { p99: 4_000 }),
    ],
  }));
});

function sendGigabyte(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': String(GIB) });
  pipeline(Readable.from(mebibytes()), response, () => undefined);
}

function* mebibytes(): Generator<Buffer> {
  const mebibyte = Buffer.alloc(MIB, 'x');
  for (let sent = 0; sent < GIB; sent += MIB) yield mebibyte;
}

interface Ends {
  kind: string;
  /** Verdicts that tell neither of a failure nor of an answer that was cut. */
  silent: number;
  /** Characters of the longest result. */
  kept: number;
}

async function endsOf({ database }: Stage, kinds: readonly string[]): Promise<Ends[]> {
  return database.query<Ends>(
    `SELECT jobs.name AS kind,
            (count(*) FILTER (WHERE error IS NULL AND result ->> 'note' IS NULL
                                AND result ->> 'truncated' IS DISTINCT FROM 'true'))::integer AS silent,
            coalesce(max(length(result::text)), 0) AS kept
       FROM runs JOIN jobs ON jobs.id = job_id
      WHERE jobs.name = ANY ($1) AND attempt > 0
      GROUP BY jobs.name`,
    [kinds],
  );
}
