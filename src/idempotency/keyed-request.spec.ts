import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../common/errors.ts';
import { type Incoming, keyedRequestOf } from './keyed-request.ts';

interface Parts {
  method?: string;
  url?: string;
  body?: unknown;
  /** Values of the header, one for each time that it was sent. */
  keys?: string[];
}

function incoming({ method = 'POST', url = '/jobs', body, keys = ['key'] }: Parts): Incoming {
  const headersDistinct = keys.length > 0 ? { 'idempotency-key': keys } : {};
  return { method, url, body, raw: { headersDistinct } } as unknown as Incoming;
}

function fingerprintOf(parts: Parts): string | undefined {
  return keyedRequestOf(incoming(parts))?.fingerprint;
}

function refusalOf(parts: Parts): unknown {
  try {
    keyedRequestOf(incoming(parts));
    return 'accepted';
  } catch (error) {
    return error instanceof InvalidRequestError ? error.violations : error;
  }
}

describe('a request with a key', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('is not one with the method %s', (method) => {
    expect(keyedRequestOf(incoming({ method, keys: ['not even', 'a key'] }))).toBeUndefined();
  });

  it('is not one without the header', () => {
    expect(keyedRequestOf(incoming({ keys: [] }))).toBeUndefined();
  });

  it.each(['a', '!', '~', '"quoted"', '8e03978e-40d5-43dd-bc93-6894a57f9324', 'x'.repeat(255)])(
    'may have the key %s',
    (key) => {
      expect(keyedRequestOf(incoming({ keys: [key] }))).toMatchObject({ namespaceId: 1, key });
    },
  );

  it.each([
    ['nothing', ''],
    ['a space', 'a b'],
    ['two keys in one', 'a, b'],
    ['a tab', 'a\tb'],
    ['a control character', 'a\x7f'],
    ['a letter beyond ASCII', 'schlüssel'],
    ['256 characters', 'x'.repeat(256)],
  ])('may not have a key of %s', (_, key) => {
    const message = 'must be 1 to 255 visible ASCII characters, without spaces';
    expect(refusalOf({ keys: [key] })).toEqual([{ path: 'Idempotency-Key', message }]);
  });

  it('may not have two keys, not even equal ones', () => {
    expect(refusalOf({ keys: ['a', 'a'] })).toEqual([
      { path: 'Idempotency-Key', message: 'must be sent only once' },
    ]);
  });
});

describe('the fingerprint of a request', () => {
  const body = { name: 'nightly', payload: [1, { two: null }] };

  it('is a hash', () => {
    expect(fingerprintOf({ body })).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for the same request, whatever its key', () => {
    const again = structuredClone(body);
    expect(fingerprintOf({ body: again, keys: ['other'] })).toBe(fingerprintOf({ body }));
  });

  it('differs by path, query and body', () => {
    const fingerprints = [
      {},
      { url: '/jobs/1/trigger' },
      { url: '/jobs?dryRun=true' },
      { body: null },
      { body: {} },
      { body },
      { body: { ...body, payload: [1, { two: '' }] } },
      { body: 'nightly' },
    ].map(fingerprintOf);

    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  it('cannot be made to agree by moving text from the path to the body', () => {
    expect(fingerprintOf({ url: '/jobs"a"', body: 'b' })).not.toBe(
      fingerprintOf({ url: '/jobs', body: '"a""b' }),
    );
  });

  it('is not computed of a body that is nested without end', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

    expect(refusalOf({ body: { payload: deep } })).toEqual([
      { path: expect.stringMatching(/^payload\.0/), message: expect.stringContaining('64 levels') },
    ]);
  });
});
