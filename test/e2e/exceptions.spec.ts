import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ExceptionDto } from '../../src/jobs/exceptions/dto/exception.dto.ts';
import { type Answer, type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

/** The tenth of January in two years: due once a day, at three. */
const YEAR = new Date().getUTCFullYear() + 2;
const DUE = `${YEAR}-01-10T03:00:00.000Z`;
const LATER = `${YEAR}-01-10T05:30:00.000Z`;

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

function post(
  body: unknown,
  { id = 1, headers = {} }: { id?: number; headers?: Record<string, string> } = {},
): Promise<Answer<ExceptionDto>> {
  return test.api.send<ExceptionDto>('POST', `/jobs/${id}/exceptions`, body, headers);
}

async function list(): Promise<ExceptionDto[]> {
  const { status, body } = await test.api.get<ExceptionDto[]>('/jobs/1/exceptions');
  expect(status).toBe(200);
  return body;
}

async function upcomingAround(from: string): Promise<unknown> {
  const { body } = await test.api.get(`/jobs/1/upcoming?count=2&from=${from}`);
  return body;
}

describe('POST /jobs/:id/exceptions', () => {
  it('skips an occurrence', async () => {
    await test.api.createJob();

    const answer = await post({ action: 'skip', at: DUE, reason: 'stocktaking' });

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: 2,
      action: 'skip',
      at: DUE,
      to: null,
      reason: 'stocktaking',
    });
    expect(await list()).toEqual([answer.body]);
    expect(await upcomingAround(`${YEAR}-01-10T00:00:00Z`)).toMatchObject({
      upcoming: [
        { effective: `${YEAR}-01-11T03:00:00.000Z` },
        { effective: `${YEAR}-01-12T03:00:00.000Z` },
      ],
    });
  });

  it('moves an occurrence, which keeps its name', async () => {
    await test.api.createJob();

    const { body } = await post({ action: 'move', at: DUE, to: `${YEAR}-01-10T06:30+01:00` });

    expect(body).toMatchObject({ action: 'move', at: DUE, to: LATER, reason: null });
    expect(await upcomingAround(`${YEAR}-01-10T00:00:00Z`)).toMatchObject({
      upcoming: [{ nominal: DUE, effective: LATER }, { effective: `${YEAR}-01-11T03:00:00.000Z` }],
    });
  });

  it('adds an occurrence', async () => {
    await test.api.createJob();

    const { body } = await post({ action: 'add', at: LATER, reason: null });

    expect(body).toMatchObject({ action: 'add', at: LATER, to: null });
    expect(await upcomingAround(`${YEAR}-01-10T00:00:00Z`)).toMatchObject({
      upcoming: [{ effective: DUE }, { nominal: LATER, effective: LATER }],
    });
  });

  it('is a revision of the job, which the ETag names', async () => {
    const job = await test.api.createJob();

    const { headers } = await post({ action: 'skip', at: DUE }, { headers: { 'if-match': '"1"' } });

    const { body: after } = await test.api.get<JobJson>('/jobs/1');
    expect(headers.get('etag')).toBe('"2"');
    expect(after).toEqual({ ...job, revision: 2, updatedAt: expect.any(String) });
  });

  it('is refused when the job has been changed meanwhile', async () => {
    await test.api.createJob();
    await test.api.send('PATCH', '/jobs/1', { name: 'b' });
    const before = await stored(test.database);

    const answer = await post({ action: 'skip', at: DUE }, { headers: { 'if-match': '"1"' } });

    expectProblem(answer, 412, { code: 'REVISION_MISMATCH', message: '"2"' });
    expect(await stored(test.database)).toEqual(before);
  });

  it('takes effect once with an Idempotency-Key', async () => {
    await test.api.createJob();
    const headers = { 'idempotency-key': 'skip-it' };

    const first = await post({ action: 'skip', at: DUE }, { headers });
    const second = await post({ action: 'skip', at: DUE }, { headers });

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('etag')).toBe('"2"');
    expect(await list()).toHaveLength(1);
  });

  const NO_ACTION = 'must be one of the following values: skip, move, add';
  const INSTANT = 'must be an instant that exists';

  it.each([
    [{ at: DUE }, 'action', 'is required'],
    [{ action: 'delete', at: DUE }, 'action', NO_ACTION],
    [{ action: null, at: DUE }, 'action', NO_ACTION],
    [{ action: ['skip'], at: DUE }, 'action', NO_ACTION],
    [{ action: 'skip' }, 'at', 'is required'],
    [{ action: 'skip', at: 'soon' }, 'at', INSTANT],
    [{ action: 'skip', at: null }, 'at', INSTANT],
    [{ action: 'skip', at: 1_764_061_200_000 }, 'at', INSTANT],
    [{ action: 'skip', at: `${YEAR}-01-10T03:00:00.0001Z` }, 'at', INSTANT],
    [{ action: 'skip', at: `${YEAR}-01-10T03:00:00` }, 'at', INSTANT],
    [{ action: 'skip', at: `${YEAR}-02-30T03:00:00Z` }, 'at', INSTANT],
    [{ action: 'skip', at: LATER }, 'at', 'must be an instant at which the job is due'],
    [{ action: 'skip', at: '2020-01-10T03:00:00Z' }, 'at', 'must lie at least a second ahead'],
    [{ action: 'skip', at: '1970-01-01T00:00:00Z' }, 'at', 'must be an instant at which'],
    [{ action: 'skip', at: '9999-12-31T23:59:59.999Z' }, 'at', 'must be an instant at which'],
    [{ action: 'skip', at: DUE, to: LATER }, 'to', 'is for a move only'],
    [{ action: 'skip', at: DUE, to: null }, 'to', INSTANT],
    [{ action: 'move', at: DUE }, 'to', 'is required for a move'],
    [{ action: 'move', at: DUE, to: 'later' }, 'to', INSTANT],
    [{ action: 'move', at: DUE, to: DUE }, 'to', 'is one of the instants of the job already'],
    [{ action: 'move', at: DUE, to: '2020-01-01T00:00:00Z' }, 'to', 'at least a second ahead'],
    [{ action: 'move', at: DUE, to: '2099-01-01T00:00:00Z' }, 'to', 'at most 10 years ahead'],
    [{ action: 'add', at: DUE }, 'at', 'is one of the instants of the job already'],
    [{ action: 'add', at: '2020-01-01T00:00:00Z' }, 'at', 'must lie at least a second ahead'],
    [{ action: 'add', at: '2099-01-01T00:00:00Z' }, 'at', 'must lie at most 10 years ahead'],
    [{ action: 'add', at: LATER, to: LATER }, 'to', 'is for a move only'],
    [{ action: 'skip', at: DUE, reason: '' }, 'reason', 'must not be empty'],
    [{ action: 'skip', at: DUE, reason: 'x'.repeat(201) }, 'reason', 'longer than 200 characters'],
    [{ action: 'skip', at: DUE, reason: 7 }, 'reason', 'must be text of 1 to 200 characters'],
    [{ action: 'skip', at: DUE, reason: 'a\0' }, 'reason', 'must not contain NUL'],
    [{ action: 'skip', at: DUE, id: 7 }, 'id', 'is not a known field'],
  ])('refuses %j', async (body, path, message) => {
    await test.api.createJob();
    const before = await stored(test.database);

    expectProblem(await post(body), 400, { path, message });

    expect(await stored(test.database)).toEqual(before);
  });

  it('refuses a second exception for one occurrence', async () => {
    await test.api.createJob();
    await post({ action: 'move', at: DUE, to: LATER });

    for (const action of ['skip', 'move'] as const) {
      const to = action === 'move' ? { to: `${YEAR}-01-10T06:00:00Z` } : {};
      expectProblem(await post({ action, at: DUE, ...to }), 400, {
        path: 'at',
        message: 'is left out by exception 2 already',
      });
    }
    expectProblem(await post({ action: 'skip', at: LATER }), 400, {
      path: 'at',
      message: 'is due by exception 2: delete that instead',
    });
  });

  it('refuses more than a hundred that lie ahead', async () => {
    await test.api.createJob({ schedule: '0 * * * *' });
    const first = Date.parse(DUE);
    const at = (n: number): string => new Date(first + n * 3_600_000).toISOString();
    for (let n = 0; n < 100; n += 1) {
      expect((await post({ action: 'skip', at: at(n) })).status).toBe(201);
    }

    expectProblem(await post({ action: 'skip', at: at(100) }), 409, {
      code: 'TOO_MANY_EXCEPTIONS',
      message: 'at most 100',
    });

    await test.api.send('DELETE', '/jobs/1/exceptions/2');
    expect(await post({ action: 'skip', at: at(100) })).toMatchObject({
      status: 201,
      body: { id: 103 },
    });
  });

  it('is for a paused job too, and not for one that is completed', async () => {
    await test.api.createJob({ isActive: false });
    await test.database.query(
      `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, is_active)
       VALUES ('over', '0 3 * * *', '{"gap":"shift","overlap":"first"}', '{}', 1000, false)`,
    );

    expect((await post({ action: 'skip', at: DUE })).status).toBe(201);
    expectProblem(await post({ action: 'skip', at: DUE }, { id: 2 }), 409, {
      code: 'JOB_COMPLETED',
      message: 'The schedule of job 2 is over',
    });
  });

  it('is nothing for a job that there is not', async () => {
    expectProblem(await post({ action: 'skip', at: DUE }, { id: 7 }), 404, {
      code: 'JOB_NOT_FOUND',
      message: '7',
    });
  });
});

describe('GET /jobs/:id/exceptions', () => {
  it('is empty at first, and lists in the order in which they came', async () => {
    await test.api.createJob();
    expect(await list()).toEqual([]);

    await post({ action: 'add', at: LATER });
    await post({ action: 'skip', at: DUE });

    expect((await list()).map(({ id, action }) => [id, action])).toEqual([
      [2, 'add'],
      [3, 'skip'],
    ]);
  });
});

describe('DELETE /jobs/:id/exceptions/:exceptionId', () => {
  it('has the occurrence go by the schedule again', async () => {
    await test.api.createJob();
    const { body: exception } = await post({ action: 'move', at: DUE, to: LATER });

    const answer = await test.api.send('DELETE', '/jobs/1/exceptions/2');

    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"3"']);
    expect(answer.body).toEqual(exception);
    expect(await list()).toEqual([]);
    expect(await upcomingAround(`${YEAR}-01-10T00:00:00Z`)).toMatchObject({
      upcoming: [{ effective: DUE }, { effective: `${YEAR}-01-11T03:00:00.000Z` }],
    });
  });

  it('leaves its number to it', async () => {
    await test.api.createJob();
    await post({ action: 'skip', at: DUE });
    await test.api.send('DELETE', '/jobs/1/exceptions/2');

    const { body } = await post({ action: 'skip', at: DUE });

    expect(body.id).toBeGreaterThan(2);
  });

  it('honours If-Match', async () => {
    await test.api.createJob();
    await post({ action: 'skip', at: DUE });
    const remove = (tag: string) =>
      test.api.send('DELETE', '/jobs/1/exceptions/2', undefined, { 'if-match': tag });

    expectProblem(await remove('"1"'), 412, { code: 'REVISION_MISMATCH' });
    expect((await remove('"2"')).status).toBe(200);
  });

  it('refuses one that has come to pass, even if only in part', async () => {
    await test.api.createJob();
    await post({ action: 'move', at: DUE, to: LATER });
    await test.database.query(
      `UPDATE jobs SET exceptions = jsonb_set(exceptions, '{0,at}', '"2020-01-10T03:00:00.000Z"')`,
    );

    expectProblem(await test.api.send('DELETE', '/jobs/1/exceptions/2'), 409, {
      code: 'EXCEPTION_PAST',
      message: 'The exception 2 cannot be taken back',
    });
    expect(await list()).toHaveLength(1);
  });

  it('is nothing for one that there is not', async () => {
    await test.api.createJob();

    expectProblem(await test.api.send('DELETE', '/jobs/1/exceptions/2'), 404, {
      code: 'EXCEPTION_NOT_FOUND',
      message: 'The job 1 has no exception 2',
    });
  });

  it.each(['0', 'x', '-1', '1.5', '2147483648'])('refuses the number %s', async (number) => {
    await test.api.createJob();

    expectProblem(await test.api.send('DELETE', `/jobs/1/exceptions/${number}`), 400, {
      path: 'exceptionId',
      message: 'must be an integer from 1 to 2147483647',
    });
  });
});
