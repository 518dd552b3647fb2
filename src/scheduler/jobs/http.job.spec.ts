import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../common/errors.ts';
import { HttpClient } from './http/http-client.ts';
import { HttpJob } from './http.job.ts';

const job = new HttpJob(new HttpClient());
const url = 'https://example.com/hook?a=1';

function refusal(payload: unknown): Record<string, string> {
  try {
    job.parse(payload);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    return Object.fromEntries(error.violations.map(({ path, message }) => [path, message]));
  }
  return {};
}

describe('the payload of an http job', () => {
  it('needs no more than a url', () => {
    expect(job.parse({ url })).toEqual({ url, expectedStatus: '2xx', maxResponseBytes: 16_384 });
  });

  it('may say everything, and is the same when parsed again', () => {
    const payload = {
      method: 'PATCH',
      url,
      headers: { Authorization: 'Bearer x', 'X-Empty': '', 'x-tab': 'a\tb', constructor: 'é' },
      body: { constructor: { toString: 1 }, list: [null, ''] },
      expectedStatus: [200, '3xx', '404-410'],
      maxResponseBytes: 0,
    };

    const parsed = job.parse(payload);

    expect(parsed).toEqual(payload);
    expect(job.parse(JSON.parse(JSON.stringify(parsed)))).toEqual(payload);
  });

  it('names everything that is wrong at once', () => {
    const payload = {
      method: 'get',
      url: 'ftp://example.com',
      headers: { Host: 'a', 'x-a': 'b\r\nc: d' },
      expectedStatus: 600,
      maxResponseBytes: 262_145,
      verify: false,
    };

    expect(Object.keys(refusal(payload)).sort()).toEqual([
      'payload.expectedStatus',
      'payload.headers.Host',
      'payload.headers.x-a',
      'payload.maxResponseBytes',
      'payload.method',
      'payload.url',
      'payload.verify',
    ]);
  });

  it.each([undefined, null, 'https://example.com', 7, [{ url }]])('is no %p', (payload) => {
    expect(refusal(payload)).toHaveProperty('payload');
  });

  it.each([
    [undefined],
    [null],
    [7],
    [[url]],
    [''],
    ['example.com'],
    ['//example.com'],
    ['http:example.com'],
    ['http://'],
    ['http://a b'],
    ['http://a/\nb'],
    [' http://a'],
    ['http://a:99999'],
    ['http://[::1'],
    ['file:///etc/passwd'],
    ['javascript:alert(1)'],
    ['http://user@example.com'],
    ['http://user:word@example.com'],
    [`http://example.com/${'a'.repeat(2_048)}`],
  ])('refuses the url %j', (bad) => {
    expect(refusal({ url: bad })).toHaveProperty(['payload.url']);
  });

  it.each([
    'http://127.0.0.1:8080/a',
    'HTTPS://EXAMPLE.com',
    'http://[::1]/',
    'https://münchen.de/ä',
  ])('takes the url %s', (good) => {
    expect(refusal({ url: good })).toEqual({});
  });

  it.each([
    199,
    600,
    200.5,
    '',
    '1xx',
    '6xx',
    '20x',
    '204-200',
    [],
    [[200]],
    [null],
    null,
    true,
    {},
  ])('refuses %j as the expected status', (expectedStatus) => {
    expect(refusal({ url, expectedStatus })).toHaveProperty(
      ['payload.expectedStatus'],
      expect.stringContaining('from 200 to 599'),
    );
  });

  it.each([
    'host',
    'Content-Length',
    'CONNECTION',
    'transfer-encoding',
    'Idempotency-Key',
    'Job-Anything',
    'webhook-signature',
    'traceparent',
    'accept-encoding',
  ])('keeps the header %s for the scheduler', (name) => {
    expect(refusal({ url, headers: { [name]: 'x' } })).toEqual({
      [`payload.headers.${name}`]: 'is set by the scheduler itself',
    });
  });

  it.each(['', 'a b', 'a:b', 'a\nb', 'é', '(x)'])('refuses the header name %j', (name) => {
    expect(Object.values(refusal({ url, headers: { [name]: 'x' } }))).toContain(
      'is not a valid name of a header',
    );
  });

  it.each([
    'a\rb',
    'a\nb',
    'a\0b',
    'a\u007fb',
    '€',
    '😀',
    '\ud800',
    7,
    null,
    ['a'],
    { toString: 1 },
  ])('refuses the header value %j', (value) => {
    expect(refusal({ url, headers: { 'x-a': value } })).toHaveProperty(['payload.headers.x-a']);
  });

  it('bounds the headers in number and in size, and knows their names in any case', () => {
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`x-${index}`, '']));

    expect(refusal({ url, headers: many })).toEqual({
      'payload.headers': 'must not have more than 50 headers',
    });
    expect(refusal({ url, headers: { a: 'x'.repeat(8_192) } })).toEqual({
      'payload.headers': 'must not be longer than 8192 characters, names and values together',
    });
    expect(refusal({ url, headers: { 'X-A': '1', 'x-a': '2' } })).toEqual({
      'payload.headers.x-a': 'is given twice',
    });
    expect(refusal({ url, headers: ['a'] })).toEqual({ 'payload.headers': 'must be an object' });
  });

  it.each(['GET', 'HEAD'])('lets no body go with %s', (method) => {
    expect(refusal({ url, method, body: null })).toEqual({
      'payload.body': `must be left out, since ${method} carries no body`,
    });
  });

  it('refuses a body with a field of the run that there is not', () => {
    expect(refusal({ url, body: { a: ['{{run.result}}', '{{name}}'] } })).toEqual({
      'payload.body.a.0': expect.stringContaining('run.cause.result'),
    });
  });

  it('refuses a body that cannot be stored', () => {
    expect(refusal({ url, body: { 'a\0': 1, b: ['\ud800'] } })).toEqual({
      'payload.body.a\uFFFD': 'its name must not contain NUL or half of a surrogate pair',
      'payload.body.b.0': 'must not contain NUL or half of a surrogate pair',
    });
  });

  it.each([-1, 1.5, '1', null])('refuses %j as the limit of the answer', (maxResponseBytes) => {
    expect(refusal({ url, maxResponseBytes })).toHaveProperty(['payload.maxResponseBytes']);
  });
});
