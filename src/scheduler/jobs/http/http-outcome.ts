import type { Outcome } from '../job-handler.ts';
import { matchesStatus } from './expected-status.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpPayload } from './http-payload.ts';
import { retryAfterMs } from './retry-after.ts';

/** Too slow, too early, too often: it may go better another time, as with every error of a server. */
const WORTH_A_RETRY: readonly number[] = [408, 425, 429];

/** What an answer means for the run. */
export function outcomeOf(
  answer: HttpAnswer & { durationMs: number },
  { url, expectedStatus }: HttpPayload,
  nowMs: number,
): Outcome {
  const { status, headers } = answer;
  if (matchesStatus(status, expectedStatus)) return { kind: 'succeeded', result: answer };

  const error = `${new URL(url).origin} answered ${status}, expected ${[expectedStatus].flat().join(', ')}`;
  if (WORTH_A_RETRY.includes(status) || (status >= 500 && status <= 599)) {
    const afterMs = retryAfterMs(headers['retry-after'], nowMs);
    return { kind: 'retry', error, result: answer, ...(afterMs === undefined ? {} : { afterMs }) };
  }
  const isRedirect = status >= 300 && status <= 399 && 'location' in headers;
  const hint = isRedirect ? ' (redirects are not followed)' : '';
  return { kind: 'failed', error: `${error}${hint}`, result: answer };
}
