import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem, PROBLEM_TYPE } from './problem.ts';

const STATUSES: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
const DETAILS: Record<number, string> = {
  400: 'What was sent is no valid HTTP request',
  408: 'The request took too long to arrive',
  431: 'The headers are larger than 16 KiB',
};

/** Answers a path that the router cannot even read: no hook and no filter sees such a request. */
export function answerBadPath(
  { statusCode = 400 }: { statusCode?: number },
  { id }: FastifyRequest,
  reply: FastifyReply,
): void {
  const detail =
    statusCode === 414
      ? 'A part of the path is longer than 1000 characters'
      : 'The path is not properly percent-encoded';
  void reply
    .status(statusCode)
    .headers({ 'x-request-id': id, 'content-type': PROBLEM_TYPE })
    .send(JSON.stringify(problem(statusCode, detail, id)));
}

/** Answers what is no HTTP, and ends the connection: nobody knows where the next request begins. */
export function answerNoRequest({ code = '' }: { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUSES[code] ?? 400;
  const answer = problem(status, DETAILS[status] ?? '', randomUUID());
  const body = JSON.stringify(answer);
  const head = [
    `HTTP/1.1 ${status} ${answer.title}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
