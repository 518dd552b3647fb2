import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { HandlersModule } from '../../src/scheduler/jobs/handlers.module.ts';
import { HttpClient } from '../../src/scheduler/jobs/http/http-client.ts';
import { HttpJob } from '../../src/scheduler/jobs/http.job.ts';
import { JobFactory } from '../../src/scheduler/jobs/job-factory.ts';
import type { Outcome, RunContext } from '../../src/scheduler/jobs/job-handler.ts';
import { replies, Target } from '../support/target.ts';

let target: Target;
let client: HttpClient;
let job: HttpJob;

beforeEach(async () => {
  target = await Target.open();
  client = new HttpClient();
  job = new HttpJob(client);
});

afterEach(async () => {
  await client.onApplicationShutdown();
  await target.close();
});

function aContext(changes: Partial<RunContext> = {}): RunContext {
  return {
    runId: 'run-1',
    jobId: 7,
    jobName: 'Nightly report',
    trigger: 'schedule',
    scheduledFor: new Date('2026-11-24T10:00:00Z'),
    startedAt: new Date('2026-11-24T10:00:00.025Z'),
    attempt: 1,
    deadline: new Date('2026-11-24T10:00:30.025Z'),
    cause: null,
    signal: new AbortController().signal,
    log: () => undefined,
    ...changes,
  };
}

function run(payload: object = {}, context: Partial<RunContext> = {}): Promise<Outcome> {
  return job.run(job.parse({ url: `${target.url}/hook`, ...payload }), aContext(context));
}

const PROCESSING = 'HTTP/1.1 102 Processing\r\n\r\n';
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const soon = (): AbortSignal => AbortSignal.timeout(150);

describe('the request of an http job', () => {
  it('is a GET without a body', async () => {
    await run({ url: `${target.url}/a%20b?x=1&y=ä#part` });

    expect(target.latest).toMatchObject({ method: 'GET', path: '/a%20b?x=1&y=%C3%A4', body: '' });
    expect(target.latest?.headers).not.toHaveProperty('content-type');
  });

  it('is a POST of JSON with one', async () => {
    await run({ body: { text: 'Grüße' } });

    expect(target.latest).toMatchObject({ method: 'POST', body: '{"text":"Grüße"}' });
    expect(target.latest?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '18',
    });
  });

  it('carries what the run before it has answered, where its body asks for that', async () => {
    const cause = { runId: '9-1', jobId: 9, status: 'succeeded', result: { rows: ['a "b"'] } };
    const headers = { 'content-type': 'application/json' };

    await run({ body: { by: '{{run.cause.runId}}', how: '{{run.cause.status}}' } }, { cause });
    expect(target.latest?.body).toBe('{"by":"9-1","how":"succeeded"}');
    await run({ headers, body: '{"got":{{run.cause.result}}}' }, { cause });

    expect(target.latest?.body).toBe(JSON.stringify({ got: cause.result }));
  });

  it.each([
    ['null as JSON', { body: null }, 'null', 'application/json'],
    ['a string as JSON', { body: 'a' }, '"a"', 'application/json'],
    [
      'a string with a type as it is',
      { body: 'a', headers: { 'Content-Type': 'text/x' } },
      'a',
      'text/x',
    ],
    [
      'JSON of a given type',
      { body: [1], headers: { 'content-type': 'a/b+json' } },
      '[1]',
      'a/b+json',
    ],
  ])('sends %s', async (_name, payload, body, type) => {
    await run(payload);

    expect(target.latest?.body).toBe(body);
    expect(target.latest?.headers['content-type']).toBe(type);
  });

  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('can be a %s', async (method) => {
    const outcome = await run({ method });

    expect(outcome.kind).toBe('succeeded');
    expect(target.latest?.method).toBe(method);
  });

  it('says which run it belongs to, and when that was due', async () => {
    await run();

    expect(target.latest?.headers).toMatchObject({
      'user-agent': 'job-scheduler',
      'accept-encoding': 'identity',
      'idempotency-key': 'run-1',
      'job-id': '7',
      'job-name': 'Nightly report',
      'job-run-id': 'run-1',
      'job-trigger': 'schedule',
      'job-catch-up': 'false',
      'job-scheduled-for': '2026-11-24T10:00:00.000Z',
      'job-lateness-ms': '25',
      'job-attempt': '1',
      'job-deadline': '2026-11-24T10:00:30.025Z',
    });
  });

  it('keeps its key over attempts, and marks a run that catches up', async () => {
    await run();
    await run({}, { attempt: 2, trigger: 'missed' });

    const [first, second] = target.requests.map(({ headers }) => headers);
    expect(second?.['idempotency-key']).toBe(first?.['idempotency-key']);
    expect(second).toMatchObject({ 'job-attempt': '2', 'job-catch-up': 'true' });
  });

  it('carries the name of any job', async () => {
    const jobName = 'Büro 100 %\r\nx-evil: 1 😀\ud800';

    await run({}, { jobName });

    const sent = String(target.latest?.headers['job-name']);
    expect(decodeURIComponent(sent)).toBe(jobName.replace('\ud800', '\uFFFD'));
    expect(target.latest?.headers).not.toHaveProperty('x-evil');
  });

  it('carries the headers of the caller, who may choose the user agent', async () => {
    await run({ headers: { 'X-Latin': 'é', 'User-Agent': 'mine', constructor: 'c' } });

    expect(target.latest?.headers).toMatchObject({
      'x-latin': 'é',
      'user-agent': 'mine',
      constructor: 'c',
    });
  });

  it('goes over a connection that is open already', async () => {
    for (let count = 0; count < 10; count += 1) await run();

    // One more than one: undici frees a connection a moment after the body has ended.
    expect(target.connections).toBeLessThanOrEqual(2);
  });
});

describe('the outcome of an http job', () => {
  it('is a success with what was answered, and without cookies', async () => {
    const headers = { 'content-type': 'text/html', 'set-cookie': 'a=b', 'x-powered-by': 'c' };
    target.answers(replies.status(201, '<script>', headers));

    expect(await run()).toEqual({
      kind: 'succeeded',
      result: {
        status: 201,
        headers: { 'content-type': 'text/html' },
        body: '<script>',
        truncated: false,
        durationMs: expect.any(Number),
      },
    });
  });

  it.each([
    [204, '2xx', 'succeeded'],
    [404, [200, '404-410'], 'succeeded'],
    [503, 503, 'succeeded'],
    [200, 204, 'failed'],
    [400, '2xx', 'failed'],
    [408, '2xx', 'retry'],
    [425, '2xx', 'retry'],
    [429, '2xx', 'retry'],
    [500, '2xx', 'retry'],
    [599, '2xx', 'retry'],
    [999, '2xx', 'failed'],
  ])('for %i where %j is expected: %s', async (status, expectedStatus, kind) => {
    target.answers(replies.status(status));

    expect(await run({ expectedStatus })).toMatchObject({ kind, result: { status } });
  });

  it('says what was answered and what was expected', async () => {
    target.answers(replies.status(404, 'no such hook'));

    expect(await run({ expectedStatus: ['2xx', 304] })).toMatchObject({
      error: `${target.url} answered 404, expected 2xx, 304`,
      result: { body: 'no such hook' },
    });
  });

  it('is a failure for a redirect, which nobody follows', async () => {
    const elsewhere = { location: `${target.url}/elsewhere` };
    target.answers(replies.status(302, '', elsewhere));

    expect(await run()).toMatchObject({
      kind: 'failed',
      error: expect.stringContaining('redirects are not followed'),
      result: { headers: elsewhere },
    });
    expect(target.requests).toHaveLength(1);
  });

  it.each([
    ['7', 7_000],
    ['1e99', undefined],
    ['-1', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
  ])('with Retry-After %s waits %p ms', async (header, afterMs) => {
    target.answers(replies.status(503, '', { 'retry-after': header }));

    const outcome = await run();

    expect(outcome.kind === 'retry' && outcome.afterMs).toBe(afterMs);
  });
});

describe('the body that an http job keeps', () => {
  it.each([
    ['up to the limit', 'abcde', 'abcde', false],
    ['no more than the limit', 'abcdef', 'abcde', true],
    ['no half characters', 'abcd😀', 'abcd', true],
    ['no NUL', 'a\0b', 'ab', false],
    ['no invalid UTF-8', Buffer.from([0x61, 0xff, 0xc3]), 'a\uFFFD\uFFFD', false],
  ])('has %s', async (_name, sent, body, truncated) => {
    target.answers(replies.status(200, sent));

    const outcome = await run({ maxResponseBytes: 5 });

    expect(outcome).toMatchObject({ kind: 'succeeded', result: { body, truncated } });
  });

  it('is cut off from an endless one, without reading on', async () => {
    let sent = 0;
    target.answers(replies.endless(200, (bytes) => (sent += bytes)));

    const outcome = await run();

    expect(outcome).toMatchObject({
      kind: 'succeeded',
      result: { body: 'x'.repeat(16_384), truncated: true },
    });
    expect(sent).toBeLessThan(16 * 1_024 * 1_024);
  });

  it('is not unpacked', async () => {
    target.answers(replies.status(200, 'bomb', { 'content-encoding': 'gzip' }));

    expect(await run()).toMatchObject({
      result: { headers: { 'content-encoding': 'gzip' }, body: 'bomb' },
    });
  });
});

describe('an http job whose target misbehaves', () => {
  const healthy = async (): Promise<void> => {
    target.answers(replies.status(200));
    expect(await run()).toMatchObject({ kind: 'succeeded' });
  };

  it.each([
    ['never answers', replies.never(), 'waiting for an answer'],
    ['sends a byte at a time', replies.drip(), 'reading the answer'],
    ['sends a byte at a time of an error', replies.drip(404), '(status 404)'],
    ['never ends the size of a chunk', replies.flood(`${CHUNKED}1;`, 'x'), 'reading the answer'],
  ])('ends with its signal when it %s', async (_name, reply, where) => {
    target.answers(reply);

    const outcome = await run({}, { signal: soon() });

    expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining(where) });
    await healthy();
  });

  it.each([
    ['hangs up', replies.raw(''), 'it broke the connection (UND_ERR_SOCKET)'],
    ['resets the connection', replies.broken(), '(status 200) broke off: it broke the connection'],
    ['speaks no HTTP', replies.raw('SSH-2.0-x\r\n'), 'does not match the HTTP/1.1 protocol'],
    [
      'has a chunk without a size',
      replies.raw(`${CHUNKED}x\r\n`),
      'does not match the HTTP/1.1 protocol',
    ],
    [
      'has two lengths',
      replies.raw('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
      'the length of the body',
    ],
    [
      'switches protocols',
      replies.raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
      'it broke the connection',
    ],
    [
      'announces an answer for ever',
      replies.flood('', PROCESSING),
      'it announced one more than 1000 times',
    ],
    [
      'has huge headers',
      replies.raw(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
      'larger than 16 KiB',
    ],
    [
      'has ten thousand headers',
      replies.raw(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}\r\n`),
      'larger than 16 KiB',
    ],
  ])('is tried again when it %s', async (_name, reply, detail) => {
    target.answers(reply);

    const outcome = await run({}, { signal: AbortSignal.timeout(5_000) });

    expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining(detail) });
    await healthy();
  });

  it('is tried again when there are continues without end', async () => {
    target.answers(replies.flood('', 'HTTP/1.1 100 Continue\r\n\r\n'));

    expect(await run({}, { signal: soon() })).toMatchObject({ kind: 'retry' });
    await healthy();
  });

  it('takes no harm from a body after 204', async () => {
    target.answers(replies.raw('HTTP/1.1 204 No Content\r\n\r\nmore'));

    expect(await run()).toMatchObject({ kind: 'succeeded', result: { body: '' } });
    await healthy();
  });

  it('keeps neither path nor query in its error', async () => {
    const url = `${target.url}/secret?key=secret`;
    await target.close();
    const outcome = await run({ url });
    target = await Target.open();

    expect(outcome).toMatchObject({
      kind: 'retry',
      error: expect.stringMatching(/^No answer of http:\/\/127\.0\.0\.1:\d+: it refused the conn/),
    });
  });

  it('names a host that does not exist', async () => {
    const outcome = await run({ url: 'http://nowhere.invalid' });

    expect(outcome).toMatchObject({
      kind: 'retry',
      error: expect.stringMatching(/^No answer of http:\/\/nowhere\.invalid: its name /),
    });
  });
});

describe('an http job that is stopped', () => {
  it('ends at once and says why', async () => {
    const controller = new AbortController();
    target.answers(replies.never());
    const outcome = run({}, { signal: controller.signal });
    await target.nextRequest();

    controller.abort(new Error('the run was cancelled'));

    expect(await outcome).toEqual({
      kind: 'retry',
      error: `Stopped while waiting for an answer of ${target.url}: the run was cancelled`,
    });
  });

  it('sends nothing when it was stopped before', async () => {
    const outcome = await run({}, { signal: AbortSignal.abort('stopping') });

    expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('stopping') });
    expect(target.requests).toEqual([]);
  });

  it('does not wait for a connection that never comes about', async () => {
    const mute = await openMuteServer();

    const outcome = await run({ url: mute.url }, { signal: soon() });

    expect(outcome).toMatchObject({ kind: 'retry', error: expect.stringContaining('Stopped') });
    await client.onApplicationShutdown();
    await mute.close();
  });

  it('closes its connections with the application', async () => {
    const module = await Test.createTestingModule({ imports: [HandlersModule] }).compile();
    const http = module.get(JobFactory).for('http');
    target.answers(replies.never());
    const running = http.run(http.parse({ url: target.url }), aContext());
    await target.nextRequest();

    await module.close();

    expect(await running).toMatchObject({ kind: 'retry' });
  });
});

/** Accepts connections for TLS and never shakes hands. */
async function openMuteServer(): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(
    (socket) => void socket.on('error', () => undefined).resume(),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `https://127.0.0.1:${port}`,
    close: async () => void (await once(server.close(), 'close')),
  };
}
