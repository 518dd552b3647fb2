import { CONNECT_TIMEOUT_MS, MAX_HEADER_BYTES } from './http-client.ts';

/** How far an exchange came before it ended without a complete answer. */
interface BrokenExchange {
  readonly origin: string;
  /** Known once the headers of the answer have arrived. */
  readonly status?: number;
  readonly signal: AbortSignal;
}

const MAX_DETAIL_LENGTH = 300;

const SENTENCES: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'it refused the connection',
  ECONNRESET: 'it broke the connection',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  ENOTFOUND: 'its name is not known',
  EPIPE: 'it broke the connection',
  ETIMEDOUT: 'it cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: `there was no connection within ${CONNECT_TIMEOUT_MS / 1_000} s`,
  UND_ERR_HEADERS_OVERFLOW: `its headers are larger than ${MAX_HEADER_BYTES / 1_024} KiB`,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the length of the body is not the announced one',
  UND_ERR_SOCKET: 'it broke the connection',
};

/**
 * A sentence for the ledger about why there is no answer. It names the target without path and
 * query, which may carry secrets.
 */
export function troubleOf(error: unknown, { origin, status, signal }: BrokenExchange): string {
  if (signal.aborted) {
    const reason = textOf(signal.reason);
    return status === undefined
      ? `Stopped while waiting for an answer of ${origin}: ${reason}`
      : `Stopped while reading the answer of ${origin} (status ${status}): ${reason}`;
  }
  return status === undefined
    ? `No answer of ${origin}: ${detailOf(error)}`
    : `The answer of ${origin} (status ${status}) broke off: ${detailOf(error)}`;
}

function detailOf(error: unknown): string {
  const code = codeOf(error);
  return Object.hasOwn(SENTENCES, code) ? `${SENTENCES[code]} (${code})` : textOf(error);
}

/** By its fields, not by `instanceof`: the errors of Node may stem from another realm. */
function codeOf(error: unknown): string {
  return isObject(error) && 'code' in error ? String(error.code) : '';
}

function textOf(reason: unknown): string {
  const text = isObject(reason) && 'message' in reason ? reason.message : reason;
  return String(text).slice(0, MAX_DETAIL_LENGTH);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
