import { Injectable } from '@nestjs/common';
import { validated } from '../../common/validation.ts';
import { keptAnswer } from './http/http-answer.ts';
import { HttpClient } from './http/http-client.ts';
import { outcomeOf } from './http/http-outcome.ts';
import { HttpPayload, httpRules } from './http/http-payload.ts';
import { requestOf } from './http/http-request.ts';
import { troubleOf } from './http/http-trouble.ts';
import type { JobHandler, Outcome, RunContext } from './job-handler.ts';

/**
 * Sends one HTTP request and judges the answer by its status. Whatever a target does, an attempt
 * ends when its signal fires at the latest, and keeps no more of the answer than the payload says.
 */
@Injectable()
export class HttpJob implements JobHandler<HttpPayload> {
  readonly type = 'http';

  constructor(private readonly client: HttpClient) {}

  parse(payload: unknown): HttpPayload {
    return validated(HttpPayload, payload, { path: 'payload', rules: httpRules });
  }

  async run(payload: HttpPayload, context: RunContext): Promise<Outcome> {
    const request = requestOf(payload, context);
    const begun = performance.now();
    let status: number | undefined;

    try {
      const response = await this.client.send(request, context.signal);
      status = response.statusCode;
      const answer = await keptAnswer(response, payload.maxResponseBytes);
      const durationMs = Math.round(performance.now() - begun);
      const nowMs = context.startedAt.getTime() + durationMs;
      return outcomeOf({ ...answer, durationMs }, payload, nowMs);
    } catch (error) {
      const broken = { origin: request.url.origin, status, signal: context.signal };
      return { kind: 'retry', error: troubleOf(error, broken) };
    }
  }
}
