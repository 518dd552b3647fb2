import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../common/validation.ts';
import { unstorable } from '../common/storable.ts';
import { NAMESPACE } from '../namespaces/namespace.ts';

export const KEY_HEADER = 'Idempotency-Key';
export const MAX_KEY_LENGTH = 255;

const KEY = new RegExp(`^[\\x21-\\x7e]{1,${MAX_KEY_LENGTH}}$`);

/** A request that its client wants carried out once, however often it is sent. */
export interface KeyedRequest {
  namespaceId: number;
  key: string;
  /** Tells requests apart: one that comes again with its key has the same. */
  fingerprint: string;
}

/** The parts of a request that matter here. */
export type Incoming = Pick<FastifyRequest, 'method' | 'url' | 'body' | 'raw'>;

/** Undefined for a request without a key, and for methods that may be repeated anyway. */
export function keyedRequestOf(request: Incoming): KeyedRequest | undefined {
  if (request.method !== 'POST') return undefined;
  // Unlike `headers`, this does not join the values of a header that was sent twice.
  const given = request.raw.headersDistinct[KEY_HEADER.toLowerCase()];
  if (given === undefined) return undefined;

  const [key = ''] = given;
  const flaw = flawOf(key, given.length);
  refuse(flaw === undefined ? [] : [{ path: KEY_HEADER, message: flaw }]);
  return { namespaceId: NAMESPACE, key, fingerprint: fingerprintOf(request) };
}

function flawOf(key: string, count: number): string | undefined {
  if (count > 1) return 'must be sent only once';
  return KEY.test(key)
    ? undefined
    : `must be 1 to ${MAX_KEY_LENGTH} visible ASCII characters, without spaces`;
}

/**
 * Hash of method, address and body. The body counts as it was read, so white space makes no
 * difference; the order of its fields does, as sorting them would be what costs most here.
 */
function fingerprintOf({ method, url, body }: Incoming): string {
  return createHash('sha256').update(`${method} ${url}\n`).update(textOf(body)).digest('hex');
}

function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? '';
  } catch (error) {
    // Thousands of levels exhaust the stack, which no route would take either.
    refuse(unstorable(body, ''));
    throw error;
  }
}
