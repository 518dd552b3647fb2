import { setMaxListeners } from 'node:events';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import type { HttpRequest } from './http-request.ts';

/** The most that a target may send as headers of one answer. */
export const MAX_HEADER_BYTES = 16 * 1_024;
export const CONNECT_TIMEOUT_MS = 10_000;
/**
 * How often a target may announce its answer (1xx): a few of those that do so as fast as they can
 * would leave this process no time for anything else.
 */
const MAX_ANNOUNCEMENTS = 1_000;

/**
 * The connections to all targets. It follows no redirect, uses no proxy, keeps no cookie and
 * unpacks nothing. How long an answer may take is for the caller's signal to say.
 */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  private readonly shutdown = new AbortController();
  private readonly agent = new Agent({
    // A guard, above what a worker runs at a time: runs that hang must not hold up those that
    // wait behind them for the same host.
    connections: 1_024,
    pipelining: 1,
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...cutBy(this.shutdown) },
    // A server that closes an idle connection just when a request is sent makes that request
    // fail. Servers wait two seconds or more, or say how long; so nothing idle is kept for longer.
    keepAliveTimeout: 1_000,
  });

  /** Resolves when the headers of the answer have arrived; rejects as soon as the signal fires. */
  send(request: HttpRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { url, method, headers, body } = request;
    const response = this.agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: method,
      headers,
      body,
      signal,
      onInfo: atMost(MAX_ANNOUNCEMENTS),
    });
    return orAborted(response, signal);
  }

  /** Cuts what is still open: by now the workers have waited for their runs. */
  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
    // undici leaves sockets that are still connecting to their time-out.
    this.shutdown.abort();
  }
}

/** The signal that ends all sockets; each of them listens to it. */
function cutBy({ signal }: AbortController): { signal: AbortSignal } {
  setMaxListeners(0, signal);
  return { signal };
}

/** Ends the request, by throwing, when it is called more often. */
function atMost(times: number): () => void {
  let left = times;
  return () => {
    left -= 1;
    if (left < 0) throw new Error(`it announced one more than ${times} times`);
  };
}

/** undici heeds the signal only once it has a connection, which may take longer than the caller. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
