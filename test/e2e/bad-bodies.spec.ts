import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

const JOB = '{"name":"nightly","schedule":"0 3 * * *"}';
const LIMIT = 256 * 1_024;
const BODY_ROUTES = [
  ['POST', '/jobs'],
  ['PATCH', '/jobs/1'],
  ['PUT', '/jobs/by-key/there-already'],
  ['POST', '/jobs/1/trigger'],
  ['POST', '/jobs/1/exceptions'],
  ['POST', '/jobs/1/backfill'],
  ['POST', '/runs/1-1764061200000/cancel'],
  ['POST', '/runs/1-1764061200000/retry'],
  ['POST', '/schedules/preview'],
] as const;

/** A job whose JSON text has exactly so many bytes. */
function jobOfBytes(bytes: number): string {
  const empty = JSON.stringify({ name: 'big', schedule: '0 3 * * *', payload: '' });
  return empty.replace('""}', `"${'x'.repeat(bytes - empty.length)}"}`);
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('a body that cannot be used', () => {
  let test: TestApi;

  beforeAll(async () => {
    test = await openApi();
    await test.api.createJob({ key: 'there-already' });
  });
  afterAll(() => test.close());

  /** Sends a body and checks that nothing has come of it. */
  async function refused(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    [method, path]: readonly [string, string] = ['POST', '/jobs'],
  ) {
    const before = await stored(test.database);
    const answer = await test.api.sendText(method, path, body, headers);
    expect(await stored(test.database)).toEqual(before);
    return answer;
  }

  describe.each(BODY_ROUTES)('%s %s', (...route) => {
    it.each(['{', '{"name":', 'nul', "{'name':'a'}", '{"a":1}x', '{"a":1,}', '\x00', '{"a":01}'])(
      'refuses what is no JSON: %j',
      async (body) => {
        expectProblem(await refused(body, {}, route), 400, { message: 'not valid JSON' });
      },
    );

    it.each(['null', '[]', '"text"', '7', 'true', '[{}]'])(
      'refuses JSON that is no object: %s',
      async (body) => {
        const answer = await refused(body, {}, route);

        expectProblem(answer, 400, { path: 'body', message: 'must be an object' });
      },
    );

    it('refuses more than 256 KiB', async () => {
      const answer = await refused(jobOfBytes(LIMIT + 1), {}, route);

      expectProblem(answer, 413, { code: 'BODY_TOO_LARGE', message: '256 KiB' });
    });

    it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'json'])(
      'refuses a body of type %s',
      async (type) => {
        const answer = await refused(JOB, { 'content-type': type }, route);

        expectProblem(answer, 415, {
          code: 'UNSUPPORTED_MEDIA_TYPE',
          message: 'must be sent as application/json',
        });
      },
    );

    it('refuses a field that it does not know', async () => {
      const answer = await refused('{"colour":"red"}', {}, route);

      expectProblem(answer, 400, { path: 'colour', message: 'is not a known field' });
    });

    it.each(['__proto__', 'constructor'])('refuses a polluting %s', async (name) => {
      const answer = await refused(`{"${name}":{"prototype":{"polluted":1}}}`, {}, route);

      expectProblem(answer, 400);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  });

  it.each(['application/x-www-form-urlencoded', 'application/vnd.api+json', 'application/jsonx'])(
    'is refused as %s',
    async (type) => {
      const answer = await refused(JOB, { 'content-type': type });

      expectProblem(answer, 415, { code: 'UNSUPPORTED_MEDIA_TYPE', message: 'application/json' });
    },
  );

  it('is refused when it is compressed', async () => {
    const answer = await refused(new Uint8Array(gzipSync(JOB)), { 'content-encoding': 'gzip' });

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  it('may have 256 KiB, and not a byte more', async () => {
    const largest = await test.api.sendText('POST', '/jobs', jobOfBytes(LIMIT));

    expect(largest.status).toBe(201);
    expectProblem(await refused(jobOfBytes(LIMIT + 1)), 413, { code: 'BODY_TOO_LARGE' });
  });

  it.each([
    ['{"name":"\\u0000","schedule":"0 3 * * *"}', 'name'],
    ['{"name":"\\ud800","schedule":"0 3 * * *"}', 'name'],
    ['{"name":"\\udc00\\ud800","schedule":"0 3 * * *"}', 'name'],
    ['{"name":"a","schedule":"0 3 * * *","payload":{"a":["\\u0000"]}}', 'payload.a.0'],
    ['{"name":"a","schedule":"0 3 * * *","payload":{"\\ud800":1}}', 'payload.\uFFFD'],
    ['{"name":"a","schedule":"0 3 * * *","labels":{"a":"\\u0000"}}', 'labels.a'],
    ['{"name":"a","schedule":"0 3 * * *","payload":1e999}', 'payload'],
  ])('is refused for what cannot be stored: %s', async (body, path) => {
    expectProblem(await refused(body), 400, { path });
  });

  it('may nest a payload 64 levels deep, and no deeper', async () => {
    const job = (levels: number): string => JOB.replace('}', `,"payload":${nested(levels)}}`);

    const deepest = await test.api.sendText('POST', '/jobs', job(64));

    expect(deepest.status).toBe(201);
    expectProblem(await refused(job(65)), 400, {
      path: `payload${'.0'.repeat(64)}`,
      message: 'must not be nested deeper than 64 levels',
    });
  });

  it.each(['payload', 'dst', 'labels', 'unknown'])(
    'survives a %s that is nested without end',
    async (field) => {
      const answer = await refused(JOB.replace('}', `,"${field}":${nested(100_000)}}`));

      expectProblem(answer, 400);
    },
  );

  it('lists no more than fifty of its mistakes', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`x${n}`, n]));

    const answer = await refused(JSON.stringify(unknown));

    expectProblem(answer, 400, { path: 'x0', message: 'is not a known field' });
    expect(answer.body.errors).toHaveLength(50);
  });

  it('is not needed to trigger a job, or to change nothing', async () => {
    expect((await test.api.send('POST', '/jobs/1/trigger')).status).toBe(202);
    expect((await test.api.send('PATCH', '/jobs/1')).status).toBe(200);
  });
});
