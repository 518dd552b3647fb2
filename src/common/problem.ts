import { STATUS_CODES } from 'node:http';
import { AppError, type Violation } from './errors.ts';

/** The content type of every error answer. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The body of every error answer: RFC 9457, with a stable code and the request's id. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: readonly Violation[];
  requestId: string;
}

/** Codes of errors that arise before any code of ours is reached. */
export const CODES: Record<number, string> = {
  400: 'INVALID_REQUEST',
  404: 'ROUTE_NOT_FOUND',
  408: 'REQUEST_TIMEOUT',
  413: 'BODY_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
  500: 'INTERNAL_ERROR',
  503: 'UNAVAILABLE',
};

export function problem(
  status: number,
  detail: string,
  requestId: string,
  { code, errors = [] }: { code?: string; errors?: readonly Violation[] } = {},
): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: code ?? CODES[status] ?? 'INVALID_REQUEST',
    detail,
    ...(errors.length > 0 ? { errors } : {}),
    requestId,
  };
}

export function problemOf(error: AppError, requestId: string): Problem {
  const { status, message, code, violations } = error;
  return problem(status, message, requestId, { code, errors: violations });
}
