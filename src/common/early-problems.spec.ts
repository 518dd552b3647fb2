import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from '@jest/globals';
import { answerBadPath, answerNoRequest } from './early-problems.ts';

/** A socket that keeps what is written to it. */
class Wire {
  written = '';
  destroyed = false;

  constructor(readonly writable = true) {}

  end(text: string): void {
    this.written = text;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function answerOn(wire: Wire, code?: string): Wire {
  answerNoRequest({ code }, wire as unknown as Socket);
  return wire;
}

describe('what is no HTTP request', () => {
  it.each([
    [undefined, 400, 'Bad Request', 'INVALID_REQUEST'],
    ['HPE_INVALID_METHOD', 400, 'Bad Request', 'INVALID_REQUEST'],
    ['HPE_HEADER_OVERFLOW', 431, 'Request Header Fields Too Large', 'HEADERS_TOO_LARGE'],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'Request Timeout', 'REQUEST_TIMEOUT'],
  ])('that fails with %s gets %d', (error, status, title, code) => {
    const [head = '', body = ''] = answerOn(new Wire(), error).written.split('\r\n\r\n');

    expect(head.split('\r\n')).toEqual([
      `HTTP/1.1 ${status} ${title}`,
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]);
    expect(JSON.parse(body)).toMatchObject({ status, title, code, detail: expect.any(String) });
  });

  it('gets no answer when nobody is there to hear it', () => {
    for (const wire of [answerOn(new Wire(), 'ECONNRESET'), answerOn(new Wire(false))]) {
      expect([wire.written, wire.destroyed]).toEqual(['', true]);
    }
  });
});

describe('a path that cannot be read', () => {
  it.each([
    [{}, 400, 'INVALID_REQUEST', 'percent-encoded'],
    [{ statusCode: 414 }, 414, 'URI_TOO_LONG', '1000 characters'],
  ])('gets a problem document: %j', (error, status, code, detail) => {
    const told: Record<string, unknown> = {};
    const reply = {
      status: (is: number) => ({ ...Object.assign(told, { is }), ...reply }),
      headers: (headers: object) => ({ ...Object.assign(told, headers), ...reply }),
      send: (text: string) => Object.assign(told, { text }),
    };

    answerBadPath(error, { id: 'mine' } as FastifyRequest, reply as unknown as FastifyReply);

    expect(told).toMatchObject({
      is: status,
      'x-request-id': 'mine',
      'content-type': 'application/problem+json; charset=utf-8',
    });
    expect(JSON.parse(String(told['text']))).toMatchObject({
      status,
      code,
      requestId: 'mine',
      detail: expect.stringContaining(detail),
    });
  });
});
