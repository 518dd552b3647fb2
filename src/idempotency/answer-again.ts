import type { Answer } from './answer.ts';
import {
  IdempotencyAnswerLostError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
} from './idempotency-errors.ts';
import type { KeyedRequest } from './keyed-request.ts';

/** A request that has had its effect, as it stands in the table. */
export interface PastRequest {
  fingerprint: string;
  createdAt: Date;
  /** Null until it is known; not 2xx where something failed after the effect. */
  status: number | null;
  headers: Record<string, string> | null;
  /** Null together with a status: it was not kept. */
  body: string | null;
}

export const REPLAYED_HEADER = 'Idempotency-Replayed';

/** By then the answer is known, or the process that owed it has died. */
const PATIENCE_MS = 60_000;

/** The answer to a request that comes again; throws where there is none. */
export function answerAgain(
  past: PastRequest,
  { key, fingerprint }: KeyedRequest,
  now: Date,
): Answer {
  const { status, headers, body, createdAt } = past;
  if (past.fingerprint !== fingerprint) throw new IdempotencyKeyReusedError(key);
  if (status !== null && body !== null) {
    return { status, body, headers: { ...headers, [REPLAYED_HEADER]: 'true' } };
  }

  const isYoung = now.getTime() - createdAt.getTime() < PATIENCE_MS;
  if (status === null && isYoung) throw new IdempotencyInProgressError(key);
  const isTooLarge = status !== null && status < 300;
  throw new IdempotencyAnswerLostError(key, isTooLarge ? 'too large to be kept' : 'lost');
}
