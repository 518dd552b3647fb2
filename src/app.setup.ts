import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCalendarBodies } from './calendars/calendar-body.ts';
import { answerBadPath, answerNoRequest } from './common/early-problems.ts';
import { ProblemFilter } from './common/problem.filter.ts';
import { InputPipe } from './common/validation.ts';
import { Metrics } from './telemetry/metrics.ts';

const BODY_LIMIT = 256 * 1024;
/** How long answers under way may take when the service stops; runs have had their time before. */
const LAST_ANSWERS_MS = 1_000;
const REQUEST_ID = /^[\w.-]{1,100}$/;

/** The HTTP server: bounded bodies, a request id for every request. */
export function httpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: 1_000 },
    requestTimeout: 30_000,
    frameworkErrors: answerBadPath,
    clientErrorHandler: answerNoRequest,
    genReqId: ({ headers }: IncomingMessage) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  });
}

/** All that lies between the socket and the controllers; the same in production and in tests. */
export function setUp(app: NestFastifyApplication): void {
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new ProblemFilter());
  const metrics = app.get(Metrics);
  const fastify = app.getHttpAdapter().getInstance();
  // What is left reads JSON; text would be taken for a value that somebody meant.
  fastify.removeContentTypeParser('text/plain');
  readCalendarBodies(fastify);
  fastify.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  fastify.addHook(
    'onResponse',
    (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const route = request.routeOptions.url ?? 'unknown';
      const labels = { method: request.method, route, status: reply.statusCode };
      metrics.http.observe(labels, reply.elapsedTime / 1_000);
      done();
    },
  );
  fastify.addHook('preClose', (done: () => void) => {
    // A client that has sent nothing yet counts as busy, and would hold up the end for a minute.
    setTimeout(() => fastify.server.closeAllConnections(), LAST_ANSWERS_MS).unref();
    done();
  });
  SwaggerModule.setup('api', app, () => openApiDocument(app), { jsonDocumentUrl: 'api-json' });
}

export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const description =
    'Cron as a service that can tell, for every instant of every job, what happened and why.';
  const document = new DocumentBuilder()
    .setTitle('Job Scheduler')
    .setDescription(description)
    .setVersion('1')
    .addTag('jobs', 'What is to run, and when')
    .addTag('runs', 'The ledger: what happened, and why')
    .addTag('schedules', 'What a schedule means')
    .addTag('calendars', 'Days on which jobs do not run, or on which alone they do')
    .addTag('health')
    .build();
  return SwaggerModule.createDocument(app, document);
}
