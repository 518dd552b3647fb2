import type { Dispatcher } from 'undici';

/** What is kept of a target's answer: text for people to read, never to be interpreted. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body went on beyond what is kept. */
  readonly truncated: boolean;
}

/** No cookie and no credential is among them. */
const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'content-encoding',
  'etag',
  'location',
  'retry-after',
  'x-request-id',
];
const MAX_HEADER_LENGTH = 500;

/** Reads an answer up to a bound; beyond it, the connection is cut and not drained. */
export async function keptAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
): Promise<HttpAnswer> {
  return {
    status: statusCode,
    headers: keptHeaders(headers),
    ...(await keptBody(body, maxBytes)),
  };
}

async function keptBody(stream: Dispatcher.ResponseData['body'], maxBytes: number) {
  // Decoding as a stream drops a character that the bound has cut in two.
  const decoder = new TextDecoder();
  let body = '';
  let left = maxBytes;
  let truncated = false;

  // Leaving the loop destroys the stream, which then reports that it was aborted.
  stream.on('error', () => undefined);
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    body += decoder.decode(chunk.subarray(0, left), { stream: true });
    truncated = chunk.length > left;
    if (truncated) break;
    left -= chunk.length;
  }
  if (!truncated) body += decoder.decode();
  return { body: withoutNul(body), truncated };
}

function keptHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = [headers[name] ?? []].flat()[0];
    return value === undefined ? [] : [[name, cut(withoutNul(value))]];
  });
  return Object.fromEntries(kept) as Record<string, string>;
}

/** PostgreSQL cannot store it. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '');
}

/** Half of a surrogate pair cannot be stored either. */
function cut(value: string): string {
  return value.slice(0, MAX_HEADER_LENGTH).replace(/\p{Surrogate}$/u, '');
}
