import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Problem } from '../../src/common/problem.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

const BAD_IDS = [
  '0',
  '-1',
  '1.5',
  '2147483648',
  '1e3',
  'abc',
  '01',
  '+1',
  '%20',
  '1%00',
  '٣',
  '９',
];
const ID_ROUTES = [
  ['GET', '/jobs/ID'],
  ['PATCH', '/jobs/ID'],
  ['DELETE', '/jobs/ID'],
  ['POST', '/jobs/ID/trigger'],
  ['GET', '/jobs/ID/upcoming'],
  ['GET', '/jobs/ID/runs'],
  ['GET', '/jobs/ID/exceptions'],
  ['DELETE', '/jobs/ID/exceptions/1'],
] as const;

const cursor = (...position: unknown[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
  await test.api.createJob();
  await test.api.send('POST', '/jobs/1/trigger');
});
afterAll(() => test.close());

describe('an id', () => {
  const cases = ID_ROUTES.flatMap((route) => BAD_IDS.map((id) => [...route, id] as const));

  it.each(cases)('that is no positive 32-bit integer is refused: %s %s with %s', async (...all) => {
    const [method, path, id] = all;
    const before = await stored(test.database);

    const answer = await test.api.send(method, path.replace('ID', encodeURI(decodeURI(id))));

    expectProblem(answer, 400, { path: 'id', message: 'from 1 to 2147483647' });
    expect(await stored(test.database)).toEqual(before);
  });

  it.each(ID_ROUTES)('that nobody has is not found: %s %s', async (method, path) => {
    const answer = await test.api.send(method, path.replace('ID', '2147483647'));

    expectProblem(answer, 404, { code: 'JOB_NOT_FOUND', message: '2147483647' });
  });

  it.each(['x', '1', '1-', '0-1', '1-1-0', '1-1-1-1', '%00', '1-9999999999999999', '1.1'])(
    'of no run is refused: %s',
    async (id) => {
      const answers = [
        await test.api.get(`/runs/${id}`),
        await test.api.send('POST', `/runs/${id}/cancel`),
        await test.api.send('POST', `/runs/${id}/retry`),
      ];

      for (const answer of answers) {
        expectProblem(answer, 400, { path: 'id', message: 'such as 42-1764061200000' });
      }
    },
  );

  it.each(['1-1', '1-1-1', '2147483647-253402300799999', '1-999999999999999'])(
    'of a run that never was is not found: %s',
    async (id) => {
      expectProblem(await test.api.get(`/runs/${id}`), 404, { code: 'RUN_NOT_FOUND', message: id });
    },
  );

  it.each(['a%20b', 'a%2Fb', '%F0%9F%98%80', '%00', 'x'.repeat(201)])(
    'that is no key is refused: %s',
    async (key) => {
      const body = { name: 'a', schedule: '@daily' };

      const answer = await test.api.send('PUT', `/jobs/by-key/${key}`, body);

      expectProblem(answer, 400, { path: 'key', message: '1 to 200 letters' });
    },
  );

  it.each(['/jobs/%E0%A4%A', '/runs/%E0%A4%A', '/%', '/jobs/%zz/runs'])(
    'that is badly encoded is refused: %s',
    async (path) => {
      const answer = await test.api.get(path, { 'x-request-id': 'mine-1' });

      expectProblem(answer, 400, { message: 'percent' });
      expect(answer.headers.get('x-request-id')).toBe('mine-1');
    },
  );

  it.each(['/jobs/', '/runs/', '/jobs/by-key/'])('that is endless is refused: %s', async (path) => {
    const method = path.includes('key') ? 'PUT' : 'GET';

    const answer = await test.api.send(method, path + '1'.repeat(1_001));

    expectProblem(answer, 414, { code: 'URI_TOO_LONG', message: '1000 characters' });
    expect(answer.text.length).toBeLessThan(400);
  });
});

describe('a route', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/nowhere'],
    ['POST', '/nowhere'],
    ['GET', '/jobs/1/nowhere'],
    ['DELETE', '/jobs'],
    ['PUT', '/jobs'],
    ['PATCH', '/jobs'],
    ['OPTIONS', '/jobs'],
    ['PROPFIND', '/jobs'],
    ['POST', '/jobs/1'],
    ['PUT', '/jobs/1'],
    ['GET', '/jobs/by-key/a'],
    ['GET', '/schedules/preview'],
    ['POST', '/runs'],
    ['DELETE', '/runs/1-1'],
    ['GET', '/jobs//'],
    ['GET', '/JOBS'],
    ['GET', '/.env'],
    ['GET', '/api/../package.json'],
    ['GET', '/api/..%2f..%2fpackage.json'],
  ])('that does not exist is not found: %s %s', async (method, path) => {
    const answer = await test.api.send(method, path);

    expectProblem(answer, 404, { code: 'ROUTE_NOT_FOUND' });
  });
});

describe('a query', () => {
  const limits = ['0', '-1', '', '1001', '99999999999999999999', '1.5', '1e2', '0x10', '%201']
    .concat(['abc', 'NaN', 'Infinity', '1&limit=2', '1;drop'])
    .flatMap((limit) =>
      ['/jobs?', '/runs?', '/jobs/1/runs?'].map((path) => `${path}limit=${limit}`),
    );
  const cursors = [
    'cursor=',
    'cursor=x',
    'cursor=null',
    'cursor=W10',
    `cursor=${cursor('id')}`,
    `cursor=${cursor('id', null, null)}`,
    `cursor=${cursor('id', {}, [])}`,
    `cursor=${cursor('id', '1', '1', '1')}`,
    `cursor=${cursor('id', 'x', '1')}`,
    `cursor=${cursor('id', '1', 'x')}`,
    `cursor=${cursor('id', '99999999999', '1')}`,
    `cursor=${cursor('-id', '1', '1')}`,
    `cursor=${cursor('name', 'a', '1')}`,
    `sort=name&cursor=${cursor('id', '1', '1')}`,
    `sort=name&cursor=${cursor('name', 'a\0', '1')}`,
    `sort=nextRun&cursor=${cursor('nextRun', 'soon', '1')}`,
    `sort=createdAt&cursor=${cursor('createdAt', '2026-13-45 00:00:00+00', '1')}`,
    `sort=lastRun&cursor=${cursor('lastRun', '99999999-01-01', '1')}`,
    `cursor=${'x'.repeat(2_001)}`,
    'cursor=a&cursor=b',
  ].map((query) => ['/jobs?', query] as const);
  const runCursors = [
    cursor('-scheduledFor', 'x', 1, 0),
    cursor('-scheduledFor', 1e300, 1, 0),
    cursor('-scheduledFor', -1e15, 1, 0),
    cursor('-scheduledFor', 1, 1e10, 0),
    cursor('-scheduledFor', null, null, null),
    cursor('-scheduledFor', 'x'),
    cursor('-scheduledFor', '1-9999999999999999'),
    cursor('id', '1', '1'),
  ].map((text) => ['/runs?', `cursor=${text}`] as const);

  it.each(limits)('with a bad limit is refused: %s', async (path) => {
    expectProblem(await test.api.get(path), 400, {
      path: 'limit',
      message: 'must be an integer from 1 to 1000',
    });
  });

  it.each([...cursors, ...runCursors])(
    'with a bad cursor is refused: %s%s',
    async (path, query) => {
      expectProblem(await test.api.get(path + query), 400, { path: 'cursor' });
    },
  );

  it.each([
    ['/jobs?sort=colour', 'sort', 'id, -id, name'],
    ['/jobs?sort=', 'sort', 'id, -id, name'],
    ['/jobs?sort=--id', 'sort', 'id, -id, name'],
    ['/jobs?sort=name;drop%20table%20jobs', 'sort', 'id, -id, name'],
    ['/jobs?sort=__proto__', 'sort', 'id, -id, name'],
    ['/jobs?sort=id&sort=id', 'sort', 'id, -id, name'],
    ['/jobs?name=', 'name', 'must not be empty'],
    ['/jobs?name=%00', 'name', 'NUL'],
    [`/jobs?name=${'x'.repeat(201)}`, 'name', '200 characters'],
    ['/jobs?name=a&name=b', 'name', '1 to 200 characters'],
    ['/jobs?name[contains]=a', 'name[contains]', 'is not a known field'],
    ['/jobs?type=a&type=b', 'type', '1 to 100 characters'],
    ['/jobs?isActive=1', 'isActive', 'must be true or false'],
    ['/jobs?isActive=__proto__', 'isActive', 'must be true or false'],
    ['/jobs?isActive=true&isActive=false', 'isActive', 'must be true or false'],
    ['/jobs?label=', 'label', 'must be name or name=value'],
    ['/jobs?label==x', 'label', 'must be name or name=value'],
    ['/jobs?label=a&label=', 'label', 'must be name or name=value'],
    ['/jobs?label=%00', 'label', 'NUL'],
    ['/jobs?colour=red', 'colour', 'is not a known field'],
    ['/jobs?__proto__=1', '__proto__', 'is not a known field'],
    ['/runs?status=sleeping', 'status', 'planned, queued, running'],
    ['/runs?status=', 'status', 'planned, queued, running'],
    ['/runs?status=failed,', 'status', 'planned, queued, running'],
    ['/runs?trigger=bell', 'trigger', 'schedule, manual'],
    ['/runs?job=0', 'job', 'must be an integer from 1 to 2147483647'],
    ['/runs?job=2147483648', 'job', 'must be an integer from 1 to 2147483647'],
    ['/runs?job=1&job=2', 'job', 'must be an integer'],
    ['/runs?from=yesterday', 'from', 'from 1970 to 9999'],
    ['/runs?from=2026-01-01', 'from', 'from 1970 to 9999'],
    ['/runs?from=0000-01-01T00:00:00Z', 'from', 'from 1970 to 9999'],
    ['/runs?to=9999-12-31T23:59:59-14:00', 'to', 'from 1970 to 9999'],
    ['/runs?to=2026-02-30T00:00:00Z', 'to', 'from 1970 to 9999'],
    ['/runs?reason=', 'reason', 'must not be empty'],
    ['/jobs/1/runs?job=1', 'job', 'is not a known field'],
    ['/jobs/1/upcoming?count=0', 'count', 'must be an integer from 1 to 1000'],
    ['/jobs/1/upcoming?count=1001', 'count', 'must be an integer from 1 to 1000'],
    ['/jobs/1/upcoming?from=now', 'from', 'from 1970 to 9999'],
  ])('that means nothing is refused: %s', async (query, path, message) => {
    expectProblem(await test.api.get(query), 400, { path, message });
  });

  it.each(['perhaps', '1', '', 'true&dryRun=false', '__proto__'])(
    'with dryRun=%s changes nothing',
    async (dryRun) => {
      const before = await stored(test.database);

      const answer = await test.api.send('PATCH', `/jobs/1?dryRun=${dryRun}`, { name: 'new' });

      expectProblem(answer, 400, { path: 'dryRun', message: 'must be true or false' });
      expect(await stored(test.database)).toEqual(before);
    },
  );
});

describe('what is hardly HTTP', () => {
  async function sendRaw(request: string): Promise<{ head: string; problem: Problem }> {
    const { hostname, port } = new URL(test.service.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(request);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { head, problem: JSON.parse(body) as Problem };
  }

  it.each([
    ['garbage\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['GET / HTTP/9.9\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['FOO /jobs HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'INVALID_REQUEST'],
    [
      'POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'INVALID_REQUEST',
    ],
    [`GET /jobs HTTP/1.1\r\nHost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ])('gets a problem document too: %j', async (request, status, code) => {
    const { head, problem } = await sendRaw(request);

    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(problem).toMatchObject({ type: 'about:blank', status, code });
    expect(problem.requestId).toMatch(/^[\w-]{36}$/);
  });
});
