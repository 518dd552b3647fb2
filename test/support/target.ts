import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** One request as it arrived. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How a target answers, well or badly. */
export type Reply = (response: ServerResponse) => void;

/**
 * The other end of `http` jobs: a local server that keeps every request it gets, and answers
 * 200 until it is told to do something else.
 */
export class Target {
  readonly requests: ReceivedRequest[] = [];
  /** Connections that have been opened so far. */
  connections = 0;
  private reply: Reply = replies.status(200);

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {
    server.on('connection', () => (this.connections += 1));
    server.on('request', (request, response) => void this.receive(request, response));
  }

  static async open(host = '127.0.0.1'): Promise<Target> {
    const server = createServer();
    await once(server.listen(0, host), 'listening');
    return new Target(server, `http://${host}:${(server.address() as AddressInfo).port}`);
  }

  get latest(): ReceivedRequest | undefined {
    return this.requests.at(-1);
  }

  /** From now on answers like this. */
  answers(reply: Reply): void {
    this.reply = reply;
  }

  /** Resolves when the next request has arrived. */
  async nextRequest(): Promise<void> {
    await once(this.server, 'received');
  }

  async close(): Promise<void> {
    const closed = once(this.server.close(), 'close');
    this.server.closeAllConnections();
    await closed;
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, path: url, headers, body: await text(request) });
    this.reply(response);
    this.server.emit('received');
  }
}

export const replies = {
  status(status: number, body: string | Buffer = '', headers: Record<string, string> = {}): Reply {
    return (response) => void response.writeHead(status, headers).end(body);
  },

  /** Takes the request and stays silent. */
  never(): Reply {
    return () => undefined;
  },

  /** Sends one byte every now and then, without end. */
  drip(status = 200, everyMs = 10): Reply {
    return (response) => {
      response.writeHead(status);
      const timer = setInterval(() => response.write('.'), everyMs);
      response.on('close', () => clearInterval(timer));
    };
  },

  /** Sends a body as fast as it is read, without end; tells how many bytes that were. */
  endless(status = 200, sent: (bytes: number) => void = () => undefined): Reply {
    return (response) => pour(response.writeHead(status), Buffer.alloc(16_384, 'x'), sent);
  },

  /** Promises more than it sends, and resets the connection. */
  broken(status = 200): Reply {
    return (response) => {
      response.writeHead(status, { 'content-length': '1000' });
      response.write('half of', () => response.socket?.resetAndDestroy());
    };
  },

  /** Writes these bytes to the connection, whatever they are, and hangs up. */
  raw(bytes: string): Reply {
    return (response) => void response.socket?.end(bytes, 'latin1');
  },

  /** Writes the first bytes to the connection once, and the others without end. */
  flood(first: string, others: string): Reply {
    return ({ socket }) => {
      socket?.write(first);
      if (socket) pour(socket, Buffer.from(others.repeat(1_000)));
    };
  },
};

function pour(stream: Writable, chunk: Buffer, sent?: (bytes: number) => void): void {
  if (stream.destroyed) return;
  sent?.(chunk.length);
  const hasRoom = stream.write(chunk);
  const goOn = () => pour(stream, chunk, sent);
  // A reader in another process may keep up for ever: others get their turn between the chunks.
  if (hasRoom) setImmediate(goOn);
  else stream.once('drain', goOn);
}
