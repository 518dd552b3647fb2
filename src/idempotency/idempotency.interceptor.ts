import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { answerOf, give } from './answer.ts';
import { IdempotencyInProgressError } from './idempotency-errors.ts';
import { IdempotencyService } from './idempotency.service.ts';
import { type KeyedRequest, keyedRequestOf } from './keyed-request.ts';

const RETRY_AFTER_SECONDS = '1';

/**
 * Sees to POST requests with an `Idempotency-Key`, on every route. It comes after the guards: an
 * answer of before is for those only who may still ask.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: IdempotencyService) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = keyedRequestOf(http.getRequest<FastifyRequest>());
    return request
      ? from(this.answer(request, http.getResponse<FastifyReply>(), next))
      : next.handle();
  }

  private async answer(
    request: KeyedRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    try {
      const answer = await this.idempotency.answer(request, async () =>
        answerOf(reply, await lastValueFrom(next.handle(), { defaultValue: undefined })),
      );
      return give(reply, answer);
    } catch (error) {
      if (error instanceof IdempotencyInProgressError) {
        void reply.header('retry-after', RETRY_AFTER_SECONDS);
      }
      throw error;
    }
  }
}
