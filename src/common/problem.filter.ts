import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BodyKind, bodyKindOf } from './body-kind.ts';
import { AppError } from './errors.ts';
import { FailureRow } from './failure-row.ts';
import { type Problem, problem, PROBLEM_TYPE, problemOf } from './problem.ts';
import { DatabaseUnavailableError, isUnavailable } from './unavailable.ts';

const RETRY_AFTER_SECONDS = '1';

/**
 * The only place where an error becomes an answer. What is expected is translated; anything else
 * is logged once with its cause and answered without a word of it. While the database is away all
 * requests fail for one reason, which is logged once for all of them.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);
  private readonly unavailable = new FailureRow();

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const { id, method, url } = request;
    const answer = this.translate(error, id, bodyKindOf(request));
    const said = { message: `${method} ${url} failed`, requestId: id, err: error };
    if (isUnavailable(error)) this.warnOnce(said);
    else if (answer.status >= 500) this.logger.error(said);
    if (answer.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    void reply
      .status(answer.status)
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(answer));
  }

  private warnOnce(said: object): void {
    if (this.unavailable.begins()) this.logger.warn(said);
  }

  private translate(error: unknown, requestId: string, body: BodyKind): Problem {
    if (error instanceof AppError) return problemOf(error, requestId);
    if (error instanceof HttpException) {
      return problem(error.getStatus(), explain(error.getStatus(), error, body), requestId);
    }
    if (isUnavailable(error)) return problemOf(new DatabaseUnavailableError(), requestId);
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
