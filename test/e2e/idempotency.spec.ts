import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import type { Problem } from '../../src/common/problem.ts';
import { type Answer, Api, type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';
import { openService, type TestService } from '../support/service.ts';

const JOB = { name: 'nightly', schedule: '0 3 * * *' };

let test: TestApi;
/** Another instance on the same database. */
let service: TestService;
let other: Api;
let key: string;
let keys = 0;

beforeAll(async () => {
  test = await openApi();
  service = await openService(test.database, { ROLES: ['api'] });
  other = new Api(service.url);
});
afterAll(async () => {
  await service.close();
  await test.close();
});
beforeEach(async () => {
  await test.empty();
  key = `key-${(keys += 1)}`;
});

function post<T = JobJson>(path: string, body?: unknown, api = test.api): Promise<Answer<T>> {
  return api.send<T>('POST', path, body, { 'idempotency-key': key });
}

/** What a client could tell two answers apart by. */
function essence({ status, headers, text }: Answer<unknown>): unknown {
  const names = ['content-type', 'content-length', 'location', 'etag'];
  return { status, text, headers: names.map((name) => headers.get(name)) };
}

function isReplayed({ headers }: Answer<unknown>): boolean {
  return headers.get('idempotency-replayed') === 'true';
}

async function jobs(): Promise<JobJson[]> {
  return (await test.api.get<JobJson[]>('/jobs')).body;
}

async function runs(): Promise<unknown[]> {
  return test.database.query('SELECT * FROM runs');
}

async function keptKeys(): Promise<unknown[]> {
  return test.database.query('SELECT * FROM idempotency_keys WHERE key = $1', [key]);
}

describe('POST /jobs with a key', () => {
  it('answers as it does without one', async () => {
    const plain = await test.api.send('POST', '/jobs', JOB);
    const keyed = await post('/jobs', JOB);

    const { id } = keyed.body;
    expect(keyed.status).toBe(201);
    expect(keyed.headers.get('location')).toBe(`/jobs/${id}`);
    expect(keyed.headers.get('etag')).toBe('"1"');
    expect([...keyed.headers.keys()]).toEqual([...plain.headers.keys()]);
    expect(Object.keys(keyed.body)).toEqual(Object.keys(plain.body));
    expect(keyed.headers.get('content-type')).toBe(plain.headers.get('content-type'));
  });

  it('registers one job, and answers the same whenever it comes again', async () => {
    const first = await post('/jobs', JOB);
    const second = await post('/jobs', JOB);
    const third = await post('/jobs', JOB, other);

    expect([essence(second), essence(third)]).toEqual([essence(first), essence(first)]);
    expect([first, second, third].map(isReplayed)).toEqual([false, true, true]);
    expect(await jobs()).toHaveLength(1);
  });

  it('answers the same although the job has changed, or is gone', async () => {
    const first = await post('/jobs', { ...JOB, key: 'mine' });
    await test.api.send('PATCH', `/jobs/${first.body.id}`, { name: 'weekly' });
    expect(essence(await post('/jobs', { ...JOB, key: 'mine' }))).toEqual(essence(first));

    await test.api.send('DELETE', `/jobs/${first.body.id}`);
    expect(essence(await post('/jobs', { ...JOB, key: 'mine' }))).toEqual(essence(first));
    expect(await jobs()).toEqual([]);
  });

  it('does not mind white space', async () => {
    const headers = { 'idempotency-key': key };
    const first = await test.api.sendText('POST', '/jobs', JSON.stringify(JOB), headers);
    const second = await test.api.sendText('POST', '/jobs', JSON.stringify(JOB, null, 2), headers);

    expect(essence(second)).toEqual(essence(first));
  });

  it.each([
    ['another body', '/jobs', { ...JOB, name: 'weekly' }],
    ['another path', '/schedules/preview', JOB],
    ['another query', '/jobs?x=1', JOB],
    ['a body that is not valid', '/jobs', {}],
  ])('refuses the key for %s', async (_, path, body) => {
    await post('/jobs', JOB);
    const before = await stored(test.database);

    const answer = await post<Problem>(path, body);

    expectProblem(answer, 422, { code: 'IDEMPOTENCY_KEY_REUSED', message: key });
    expect(await stored(test.database)).toEqual(before);
  });

  it('leaves the key free when the request is refused', async () => {
    await test.api.createJob({ key: 'taken' });
    expectProblem(await post<Problem>('/jobs', { name: 'nightly' }), 400, { path: 'schedule' });
    expectProblem(await post<Problem>('/jobs', { ...JOB, key: 'taken' }), 409, {
      code: 'JOB_KEY_TAKEN',
    });
    expect(await keptKeys()).toEqual([]);

    const answer = await post('/jobs', { ...JOB, key: 'free' });

    expect([answer.status, isReplayed(answer)]).toEqual([201, false]);
    expect(await jobs()).toHaveLength(2);
  });

  it('refuses a body that is nested without end as it does without a key', async () => {
    const deep = `{"name":"a","schedule":"@daily","payload":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;

    const answer = await test.api.sendText('POST', '/jobs', deep, { 'idempotency-key': key });

    expectProblem(answer, 400, { message: /64 levels/ });
  });
});

describe('equal requests at the same time', () => {
  it('register one job, fifty of them on two instances', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post<JobJson | Problem>('/jobs', JOB, index % 2 === 0 ? test.api : other),
      ),
    );

    const [job, ...others] = await jobs();
    const created = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status !== 201);
    expect(others).toEqual([]);
    expect(created.length).toBeGreaterThan(0);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    expect((created[0]?.body as JobJson).id).toBe(job?.id);
    for (const answer of waiting) {
      expectProblem(answer, 409, { code: 'IDEMPOTENCY_IN_PROGRESS', message: key });
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(isReplayed(await post('/jobs', JOB))).toBe(true);
  });

  it('do not meet as rivals for the key of a job', async () => {
    const body = { ...JOB, key: 'mine' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post<JobJson | Problem>('/jobs', body)),
    );

    const codes = answers.map(({ body }) => ('code' in body ? body.code : 'created'));
    expect(codes).toContain('created');
    expect(codes).not.toContain('JOB_KEY_TAKEN');
  });
});

describe('POST /jobs/:id/trigger with a key', () => {
  it('starts one run', async () => {
    const { id } = await test.api.createJob();

    const first = await post(`/jobs/${id}/trigger`, { payload: 1 });
    const second = await post(`/jobs/${id}/trigger`, { payload: 1 }, other);

    expect(first.status).toBe(202);
    expect(essence(second)).toEqual(essence(first));
    expect([first, second].map(isReplayed)).toEqual([false, true]);
    expect(await runs()).toHaveLength(1);
  });

  it('needs no body', async () => {
    const { id } = await test.api.createJob();

    const answers = [await post(`/jobs/${id}/trigger`), await post(`/jobs/${id}/trigger`)];

    expect(answers.map(isReplayed)).toEqual([false, true]);
    expect(await runs()).toHaveLength(1);
  });

  it('starts another one with another key, or for another job', async () => {
    const [one, two] = [await test.api.createJob(), await test.api.createJob()];
    await post(`/jobs/${one.id}/trigger`);
    expectProblem(await post<Problem>(`/jobs/${two.id}/trigger`), 422, {
      code: 'IDEMPOTENCY_KEY_REUSED',
    });

    key += '-2';
    expect((await post(`/jobs/${two.id}/trigger`)).status).toBe(202);
    expect(await runs()).toHaveLength(2);
  });

  it('leaves the key free when there is no such job', async () => {
    expectProblem(await post<Problem>('/jobs/4711/trigger'), 404, { code: 'JOB_NOT_FOUND' });
    expect(await keptKeys()).toEqual([]);

    const { id } = await test.api.createJob();
    expect((await post(`/jobs/${id}/trigger`)).status).toBe(202);
  });
});

describe('a request whose answer is not known', () => {
  beforeEach(async () => {
    await post('/jobs', JOB);
    await test.database.query(
      `UPDATE idempotency_keys SET status = NULL, headers = NULL, body = NULL WHERE key = $1`,
      [key],
    );
  });

  it('is told to come back while it may be under way', async () => {
    const answer = await post<Problem>('/jobs', JOB);

    expectProblem(answer, 409, { code: 'IDEMPOTENCY_IN_PROGRESS', message: 'under way' });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('is told that it has been carried out, after a minute', async () => {
    await test.database.query(
      `UPDATE idempotency_keys SET created_at = created_at - interval '61 seconds' WHERE key = $1`,
      [key],
    );

    const answer = await post<Problem>('/jobs', JOB);

    expectProblem(answer, 409, { code: 'IDEMPOTENCY_ANSWER_LOST', message: 'carried out' });
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(await jobs()).toHaveLength(1);
  });

  it('is not known to anybody else', async () => {
    key += '-2';
    expect((await post('/jobs', JOB)).status).toBe(201);
  });
});

describe('a request that changes nothing', () => {
  it('is simply carried out', async () => {
    const preview = { schedule: '@daily', from: '2027-01-01T00:00:00Z' };
    const answers = [
      await post('/schedules/preview', preview),
      await post('/schedules/preview', {}),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    expect(await keptKeys()).toEqual([]);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('with the method %s needs no key', async (method) => {
    const { id } = await test.api.createJob({ key: 'mine' });
    const path = method === 'PUT' ? '/jobs/by-key/mine' : `/jobs/${id}`;
    const body = { GET: undefined, PUT: JOB, PATCH: { name: 'a' }, DELETE: undefined }[method];

    const answer = await test.api.send(method, path, body, { 'idempotency-key': 'not a key' });

    expect(answer.status).toBe(200);
    expect(isReplayed(answer)).toBe(false);
  });
});

describe('the form of a key', () => {
  it.each(['x', '!~', '"quoted"', 'x'.repeat(255)])('may be %j', async (name) => {
    key = name;
    expect((await post('/jobs', JOB)).status).toBe(201);
    expect(await keptKeys()).toHaveLength(1);
  });

  it.each(['', 'a b', 'a, b', 'a\tb', 'sch\u00fcssel', 'x'.repeat(256)])(
    'may not be %j',
    async (name) => {
      key = name;
      const answer = await post<Problem>('/jobs', JOB);

      expectProblem(answer, 400, { path: 'Idempotency-Key', message: '1 to 255 visible ASCII' });
      expect(await jobs()).toEqual([]);
    },
  );

  it.each([
    ['different', ['a', 'b']],
    ['equal', ['a', 'a']],
  ])('may not be sent twice, with %s values', async (_, values) => {
    expect(await statusOfRepeated(values)).toBe(400);
    expect(await jobs()).toEqual([]);
  });

  /** Unlike `fetch`, this does not join the headers. */
  async function statusOfRepeated(values: string[]): Promise<number | undefined> {
    const keyHeaders = values.flatMap((value) => ['Idempotency-Key', value]);
    const { host } = new URL(test.api.url);
    const headers = ['Host', host, 'Content-Type', 'application/json', ...keyHeaders];
    return new Promise((resolve, reject) => {
      const sent = request(`${test.api.url}/jobs`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(JOB));
    });
  }
});

describe('the OpenAPI document', () => {
  interface Operation {
    parameters: { name: string; in: string; required: boolean }[];
    responses: Record<string, { description: string }>;
  }

  async function postOf(path: string): Promise<Operation> {
    const { body } = await test.api.get<{ paths: Record<string, { post: Operation }> }>(
      '/api-json',
    );
    return body.paths[path]?.post as Operation;
  }

  it.each(['/jobs', '/jobs/{id}/trigger'])(
    'names the header and its problems at %s',
    async (path) => {
      const { parameters, responses } = await postOf(path);

      expect(parameters).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
      );
      expect(responses['409']?.description).toBe('Conflict');
      expect(responses['422']?.description).toBe('Unprocessable Entity');
    },
  );
});
