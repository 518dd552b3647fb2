import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerNoRequest } from './common/early-problems.ts';
import { INSTANCE } from './common/instance.ts';
import { PROBLEM_TYPE, problemOf } from './common/problem.ts';
import { ServiceStartingError } from './common/unavailable.ts';
import type { Config } from './config/config.ts';
import type { ReadyDto } from './health/dto/health.dto.ts';
import { ZoneDataStatus } from './scheduler/zone-data/zone-data-status.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const RETRY_AFTER_SECONDS = '1';

/**
 * Answers on the port of the service until that has begun, however long its database keeps it
 * waiting: alive, not ready, and everything else later.
 */
export class WaitingServer {
  /** What the service waits for, as the readiness probe tells it. */
  reason = 'starting';

  private constructor(
    private readonly server: Server,
    private readonly roles: Config['ROLES'],
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.answer(request, response),
    );
    server.on('clientError', answerNoRequest);
  }

  static async open({ PORT, HOST, ROLES }: Config): Promise<WaitingServer> {
    const server = createServer({ requestTimeout: 30_000 });
    await once(server.listen(PORT, HOST), 'listening');
    return new WaitingServer(server, ROLES);
  }

  /**
   * Has `server` take over the open port when it is told to listen, wherever that is: nobody is
   * refused in between. Requests under way are still answered here.
   */
  handOverTo(server: Server): void {
    const listen = server.listen.bind(server);
    server.listen = () => listen(this.server);
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const id = randomUUID();
    // A body is read, and forgotten: who sends one does not listen before its end.
    request.resume();
    response.setHeader('x-request-id', id);
    // The next request is for the service itself.
    response.setHeader('connection', 'close');
    const [path] = (request.url ?? '').split('?');
    if (path === '/health/live') return send(response, 200, JSON_TYPE, { status: 'ok' });

    response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    if (path === '/health/ready') return send(response, 503, JSON_TYPE, this.readiness);
    send(response, 503, PROBLEM_TYPE, problemOf(new ServiceStartingError(), id));
  }

  private get readiness(): ReadyDto {
    return {
      status: 'unavailable',
      problems: [this.reason],
      roles: this.roles,
      instance: INSTANCE,
      ...new ZoneDataStatus().shown,
    };
  }
}

function send(response: ServerResponse, status: number, type: string, body: object): void {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}
