import type { FastifyReply } from 'fastify';

/** What was answered, so that it can be answered again. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** JSON; empty where nothing was said. */
  body: string;
}

/** The headers that tell a client something about the answer; others belong to the request. */
const HEADERS = ['location', 'etag'];

const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer that consists of `value` and of what a handler has put into the reply. */
export function answerOf(reply: FastifyReply, value: unknown): Answer {
  const given = HEADERS.flatMap((name) => {
    const header = reply.getHeader(name);
    return header === undefined ? [] : [[name, String(header)] as const];
  });
  return {
    status: reply.statusCode,
    headers: Object.fromEntries(given),
    body: JSON.stringify(value) ?? '',
  };
}

/** Puts an answer into the reply; what it returns is to be sent, byte by byte the same each time. */
export function give(reply: FastifyReply, { status, headers, body }: Answer): string | undefined {
  void reply.status(status).headers(headers);
  if (body === '') return undefined;

  void reply.type(JSON_TYPE);
  return body;
}
