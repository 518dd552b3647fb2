import { type ArgumentsHost, BadRequestException, Logger, NotFoundException } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { AppError, InvalidRequestError } from './errors.ts';
import { ProblemFilter } from './problem.filter.ts';
import type { Problem } from './problem.ts';

class TeapotError extends AppError {
  readonly code = 'IS_TEAPOT';
  readonly status = 409;
}

class PrismaClientKnownRequestError extends Error {
  override readonly name = 'PrismaClientKnownRequestError';
}

/** A reply that keeps what it is told. */
class Reply {
  statusCode = 0;
  readonly headers: Record<string, string> = {};
  text = '';

  status(code: number): this {
    this.statusCode = code;
    return this;
  }

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  send(text: string): this {
    this.text = text;
    return this;
  }
}

function answerTo(error: unknown, filter = new ProblemFilter()): Reply & { problem: Problem } {
  const reply = new Reply();
  const request = { id: 'request-1', method: 'GET', url: '/jobs' };
  const http = { getResponse: () => reply, getRequest: () => request };
  filter.catch(error, { switchToHttp: () => http } as unknown as ArgumentsHost);
  return Object.assign(reply, { problem: JSON.parse(reply.text) as Problem });
}

function databaseError(code: string): Error {
  const error = new pg.DatabaseError('relation "secret" is broken', 1, 'error');
  return Object.assign(error, { code });
}

function withCode(code: string, message = ''): Error {
  return Object.assign(new Error(message), { code });
}

describe('the problem filter', () => {
  let logged: unknown[];
  let warned: unknown[];

  beforeEach(() => {
    logged = [];
    warned = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: (message: unknown) => warned.push(message),
      error: (message: unknown) => logged.push(message),
    });
  });
  afterEach(() => {
    Logger.overrideLogger(false);
  });

  it('answers an expected error with its status, code and text', () => {
    const reply = answerTo(new TeapotError('The pot is short and stout'));

    expect(reply.statusCode).toBe(409);
    expect(reply.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(reply.problem).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'IS_TEAPOT',
      detail: 'The pot is short and stout',
      requestId: 'request-1',
    });
    expect(logged).toEqual([]);
  });

  it('lists the fields that are wrong', () => {
    const violations = [
      { path: 'name', message: 'is required' },
      { path: 'dst.gap', message: 'is odd' },
    ];

    const { problem } = answerTo(new InvalidRequestError(violations));

    expect(problem).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
      detail: 'name: is required; dst.gap: is odd',
      errors: violations,
    });
  });

  it.each([
    [new NotFoundException('Cannot GET /x'), 404, 'ROUTE_NOT_FOUND', 'Cannot GET /x'],
    [new BadRequestException('No'), 400, 'INVALID_REQUEST', 'No'],
    [Object.assign(new Error('x'), { statusCode: 413 }), 413, 'BODY_TOO_LARGE', '256 KiB'],
    [
      Object.assign(new Error('x'), { statusCode: 415 }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      'application/json',
    ],
    [Object.assign(new Error('bad JSON'), { statusCode: 400 }), 400, 'INVALID_REQUEST', 'bad JSON'],
  ])('translates what the framework throws: %s', (error, status, code, detail) => {
    const { problem } = answerTo(error);

    expect(problem).toMatchObject({ status, code, detail: expect.stringContaining(detail) });
    expect(logged).toEqual([]);
  });

  it.each([databaseError('57P01'), databaseError('55P03'), withCode('ECONNREFUSED')])(
    'asks to come back later while the database is away: %s',
    (error) => {
      const reply = answerTo(error);

      expect(reply.statusCode).toBe(503);
      expect(reply.headers['retry-after']).toBe('1');
      expect(reply.problem).toMatchObject({
        code: 'DATABASE_UNAVAILABLE',
        detail: expect.stringContaining('send it again in a moment'),
      });
      expect(logged).toEqual([]);
      expect(warned).toHaveLength(1);
    },
  );

  it('says once for many requests that the database is away', () => {
    const filter = new ProblemFilter();

    for (let request = 0; request < 100; request += 1) answerTo(databaseError('57P01'), filter);

    expect(warned).toHaveLength(1);
  });

  it.each([
    new Error('password=geheim'),
    databaseError('42P01'),
    databaseError('23505'),
    Object.assign(new Error('password=geheim'), { statusCode: 500 }),
    Object.assign(new Error('password=geheim'), { statusCode: 200 }),
    new PrismaClientKnownRequestError('password=geheim'),
    'password=geheim',
    null,
    undefined,
  ])('says nothing of what nobody expected, and logs it once: %s', (error) => {
    const { problem } = answerTo(error);

    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'INTERNAL_ERROR',
      detail: 'Something went wrong on our side',
      requestId: 'request-1',
    });
    expect(logged).toEqual([{ message: 'GET /jobs failed', requestId: 'request-1', err: error }]);
  });
});
