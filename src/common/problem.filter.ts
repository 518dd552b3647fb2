import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import pg from 'pg';
import { type BodyKind, bodyKindOf } from './body-kind.ts';
import { AppError } from './errors.ts';
import { type Problem, problem, PROBLEM_TYPE, problemOf } from './problem.ts';

const RETRY_AFTER_SECONDS = '1';

/** SQLSTATE classes that mean "not now": connection, resources, operator, and time limits. */
const UNAVAILABLE = /^(08|53|57|55P03)/;
const NETWORK = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/;
const POOL_TIMEOUT =
  /timeout exceeded when trying to connect|Connection terminated|Query read timeout/;

/**
 * The only place where an error becomes an answer. What is expected is translated; anything else
 * is logged once with its cause and answered without a word of it.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const { id, method, url } = request;
    const answer = this.translate(error, id, bodyKindOf(request));
    if (answer.status >= 500) {
      this.logger.error({ message: `${method} ${url} failed`, requestId: id, err: error });
    }
    if (answer.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    void reply
      .status(answer.status)
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(answer));
  }

  private translate(error: unknown, requestId: string, body: BodyKind): Problem {
    if (error instanceof AppError) return problemOf(error, requestId);
    if (error instanceof HttpException) {
      return problem(error.getStatus(), explain(error.getStatus(), error, body), requestId);
    }
    if (isUnavailable(error)) {
      return problem(503, 'The database cannot be reached right now', requestId);
    }
    const status = clientErrorStatus(error);
    return status === undefined
      ? problem(500, 'Something went wrong on our side', requestId)
      : problem(status, explain(status, error as Error, body), requestId);
  }
}

/** Fastify's own errors: a body that is no JSON, too large, of a type that nobody reads. */
function clientErrorStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function explain(status: number, { message }: Error, body: BodyKind): string {
  if (status === 413) return `The body is larger than ${body.maxKiB} KiB`;
  if (status === 415) return `The body must be sent as ${body.mediaType}`;
  return message;
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(code);
  return NETWORK.test(code) || POOL_TIMEOUT.test(error.message) || causedByUnavailable(error);
}

/** Prisma wraps what the driver threw. */
function causedByUnavailable({ cause, name }: Error): boolean {
  return name.startsWith('PrismaClient') ? cause instanceof Error && isUnavailable(cause) : false;
}
