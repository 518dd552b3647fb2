import { describe, expect, it } from '@jest/globals';
import { answerAgain, type PastRequest } from './answer-again.ts';
import {
  IdempotencyAnswerLostError,
  IdempotencyInProgressError,
  IdempotencyKeyReusedError,
} from './idempotency-errors.ts';

const REQUEST = { namespaceId: 1, key: 'order-7', fingerprint: 'f' };
const NOON = new Date('2026-11-24T12:00:00Z');

const answered: PastRequest = {
  fingerprint: 'f',
  createdAt: NOON,
  status: 201,
  headers: { location: '/jobs/1' },
  body: '{"id":1}',
};
const open: PastRequest = { ...answered, status: null, headers: null, body: null };

function secondsLater(seconds: number): Date {
  return new Date(NOON.getTime() + seconds * 1_000);
}

describe('a request that comes again', () => {
  it.each([0, 61, 86_400])('gets the answer of before, %d seconds later', (seconds) => {
    expect(answerAgain(answered, REQUEST, secondsLater(seconds))).toEqual({
      status: 201,
      headers: { location: '/jobs/1', 'Idempotency-Replayed': 'true' },
      body: '{"id":1}',
    });
  });

  it('gets an empty answer when that was the answer', () => {
    const empty = { ...answered, status: 204, headers: {}, body: '' };
    expect(answerAgain(empty, REQUEST, NOON)).toMatchObject({ status: 204, body: '' });
  });

  it.each([
    ['answered', answered],
    ['open', open],
  ])('is another request when its fingerprint is another, be the first one %s', (_, past) => {
    const other = { ...REQUEST, fingerprint: 'g' };
    expect(() => answerAgain(past, other, secondsLater(3_600))).toThrow(IdempotencyKeyReusedError);
  });

  // A clock that was set back makes a request look younger than new.
  it.each([-3_600, 0, 59.999])('is under way still after %d seconds', (seconds) => {
    expect(() => answerAgain(open, REQUEST, secondsLater(seconds))).toThrow(
      IdempotencyInProgressError,
    );
  });

  it.each([60, 86_400])('is not under way any more after %d seconds', (seconds) => {
    expect(() => answerAgain(open, REQUEST, secondsLater(seconds))).toThrow(
      new IdempotencyAnswerLostError('order-7', 'lost'),
    );
  });

  it('learns at once that its answer was too large, or that something failed', () => {
    const large = { ...answered, body: null };
    const failed = { ...answered, status: 500, headers: {}, body: null };

    expect(() => answerAgain(large, REQUEST, NOON)).toThrow(
      new IdempotencyAnswerLostError('order-7', 'too large to be kept'),
    );
    expect(() => answerAgain(failed, REQUEST, NOON)).toThrow(
      new IdempotencyAnswerLostError('order-7', 'lost'),
    );
  });
});
