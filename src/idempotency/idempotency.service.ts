import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.ts';
import { AppError } from '../common/errors.ts';
import { Effect } from '../database/effect.ts';
import type { Answer } from './answer.ts';
import { answerAgain } from './answer-again.ts';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.ts';
import type { KeyedRequest } from './keyed-request.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** Kept where something failed after the effect: repeating the request would repeat the effect. */
const NO_ANSWER = { status: 500, headers: {}, body: null };

/**
 * Lets a request with a key have its effect once. The key is committed together with the effect,
 * so it is there exactly when the effect is; the answer follows, and is given again from then on.
 */
@Injectable()
export class IdempotencyService {
  private readonly logger = new Logger(IdempotencyService.name);

  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly clock: Clock,
  ) {}

  /** Carries the request out by `handle`, or answers as it was answered before. */
  async answer(request: KeyedRequest, handle: () => Promise<Answer>): Promise<Answer> {
    const known = await this.answerBefore(request);
    if (known) return known;

    const effect = new Effect((transaction) =>
      this.keys.mark(transaction, request, this.clock.now()),
    );
    try {
      const answer = await effect.run(handle);
      if (effect.isDone) await this.keep(request, answer);
      return answer;
    } catch (error) {
      if (effect.isDone) await this.settleFailure(request, error);
      else if (error instanceof AppError) {
        // The same request may have been quicker, and this one have met what it has changed.
        const quicker = await this.answerBefore(request);
        if (quicker) return quicker;
      }
      throw error;
    }
  }

  private async answerBefore(request: KeyedRequest): Promise<Answer | undefined> {
    const past = await this.keys.find(request);
    return past && answerAgain(past, request, this.clock.now());
  }

  private async keep(request: KeyedRequest, answer: Answer): Promise<void> {
    const fits = Buffer.byteLength(answer.body) <= MAX_BODY_BYTES;
    await this.written(() => this.keys.keep(request, fits ? answer : { ...answer, body: null }));
  }

  /** A refusal (4xx) says that nothing has changed, though a transaction was committed. */
  private async settleFailure(request: KeyedRequest, error: unknown): Promise<void> {
    const isRefusal = error instanceof AppError && error.status < 500;
    await this.written(() =>
      isRefusal ? this.keys.release(request) : this.keys.keep(request, NO_ANSWER),
    );
  }

  /** This client gets its answer all the same; one who repeats the request learns that it is lost. */
  private async written(write: () => Promise<void>): Promise<void> {
    await write().catch((error: unknown) =>
      this.logger.error({ message: 'The answer for an Idempotency-Key was not kept', err: error }),
    );
  }
}
