import { connect, type Socket } from 'node:net';
import { quantile, rounded } from './statistics.ts';

/** What to ask for, again and again: raw requests, taken in turns. */
interface Load {
  port: number;
  requests: string[];
  connections: number;
  ms: number;
}

export type LoadResult = Record<'perSecond' | 'p50Ms' | 'p99Ms' | 'refused', number>;

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * A generator of HTTP load on plain sockets, in a process of its own. It shares the machine with
 * what it measures, and an HTTP library would take as much CPU as the server: answers are only cut
 * apart by their length and looked at for their status.
 */
process.on('message', (load: Load) => {
  void run(load).then((result) => process.send?.(result));
});
process.send?.('ready');

async function run({ port, requests, connections, ms }: Load): Promise<LoadResult> {
  const raw = requests.map((request) => Buffer.from(request));
  const latencies: number[] = [];
  let refused = 0;
  let turn = 0;
  const start = performance.now();
  const end = start + ms;

  const oneConnection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1').setNoDelay();
      let sentAt = 0;
      const send = (): void => {
        sentAt = performance.now();
        if (sentAt >= end) return void socket.end(resolve);
        socket.write(raw[(turn += 1) % raw.length] as Buffer);
      };
      onAnswers(socket, (status) => {
        latencies.push(performance.now() - sentAt);
        if (status < 200 || status > 299) refused += 1;
        send();
      });
      socket.once('error', reject).once('connect', send);
    });

  await Promise.all(Array.from({ length: connections }, oneConnection));
  const seconds = (performance.now() - start) / 1_000;
  return {
    perSecond: rounded(latencies.length / seconds),
    p50Ms: rounded(quantile(latencies, 0.5)),
    p99Ms: rounded(quantile(latencies, 0.99)),
    refused,
  };
}

/** Calls back for each complete answer; they come one at a time, with a length. */
function onAnswers(socket: Socket, answered: (status: number) => void): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = received.toString('latin1', 0, headEnd);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) return void socket.destroy(new Error(`No length: ${head}`));
    if (received.length < headEnd + HEAD_END.length + length) return;
    received = Buffer.alloc(0);
    answered(Number(head.slice(9, 12)));
  });
}
