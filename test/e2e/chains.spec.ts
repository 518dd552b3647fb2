import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type JobJson, openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

const LISTS = ['onSuccess', 'onFailure', 'onFinish'];
const NO_LIST = 'must be a list of at most 10 different jobs, each by its id or its key';

async function patch(id: number, body: unknown) {
  return test.api.send('PATCH', `/jobs/${id}`, body);
}

/** Each starts the next one; answers their ids, the first one first. */
async function chainOf(length: number): Promise<number[]> {
  const ids: number[] = [];
  while (ids.length < length) {
    const { id } = await test.api.createJob({ onFinish: ids.slice(0, 1) });
    ids.unshift(id);
  }
  return ids;
}

describe('the jobs that a job starts', () => {
  it('are named by id or by key, and shown as ids', async () => {
    const one = await test.api.createJob();
    const two = await test.api.createJob({ key: '1' });

    const job = await test.api.createJob({ onSuccess: [one.id, '1'], onFinish: ['1'] });

    expect(job).toMatchObject({ onSuccess: [one.id, two.id], onFailure: [], onFinish: [two.id] });
    expect((await test.api.get(`/jobs/${job.id}`)).body).toMatchObject({ onFinish: [two.id] });
  });

  it('stay the same when their key goes to another job', async () => {
    const first = await test.api.createJob({ key: 'report' });
    const job = await test.api.createJob({ onSuccess: ['report'] });

    await patch(first.id, { key: null });
    await test.api.createJob({ key: 'report' });

    const { body } = await test.api.get<JobJson>(`/jobs/${job.id}`);
    expect(body.onSuccess).toEqual([first.id]);
  });

  it('are replaced list by list, and cleared by an empty one', async () => {
    const [one, two] = [await test.api.createJob(), await test.api.createJob({ key: 'two' })];
    const { id } = await test.api.createJob({ onSuccess: [one.id], onFailure: [one.id] });

    const { body } = await patch(id, { onSuccess: ['two'], onFailure: [] });

    expect(body).toMatchObject({ onSuccess: [two.id], onFailure: [], onFinish: [], revision: 2 });
    expect((await patch(id, { onSuccess: [two.id] })).body.revision).toBe(2);
  });

  it('are part of what a PUT says, and none when it says none', async () => {
    const next = await test.api.createJob({ key: 'next' });
    const body = { name: 'a', schedule: '@daily' };
    const put = (fields: object) =>
      test.api.send('PUT', '/jobs/by-key/mine', { ...body, ...fields });

    const created = await put({ onFailure: ['next'] });
    const again = await put({ onFailure: [next.id] });
    const cleared = await put({});

    expect([created, again, cleared].map(({ status }) => status)).toEqual([201, 200, 200]);
    expect(created.body.onFailure).toEqual([next.id]);
    expect(again.body).toMatchObject({ onFailure: [next.id], revision: 1 });
    expect(cleared.body).toMatchObject({ onFailure: [], revision: 2 });
  });

  const refusals: [unknown, string, string][] = [
    [null, '', NO_LIST],
    ['next', '', NO_LIST],
    [1, '', NO_LIST],
    [{ 0: 1 }, '', NO_LIST],
    [[1, 1], '', NO_LIST],
    [['a', 'a'], '', NO_LIST],
    [[0], '', NO_LIST],
    [[-1], '', NO_LIST],
    [[1.5], '', NO_LIST],
    [[2_147_483_648], '', NO_LIST],
    [[null], '', NO_LIST],
    [[[1]], '', NO_LIST],
    [[{ id: 1 }], '', NO_LIST],
    [[''], '', NO_LIST],
    [['a b'], '', NO_LIST],
    [['x'.repeat(201)], '', NO_LIST],
    [Array.from({ length: 11 }, (_, index) => index + 1), '', NO_LIST],
    [[1, 2_147_483_647], '.1', 'none has the id 2147483647'],
    [['next', 'nobody'], '.1', 'none has the key nobody'],
    [['next', 1], '.1', 'names the same job as'],
  ];
  const table = refusals.flatMap(([value, place, message]) =>
    LISTS.map(
      (list) =>
        [JSON.stringify({ [list]: value }).slice(0, 60), list, value, place, message] as const,
    ),
  );

  it.each(table)('are refused: %s', async (_, list, value, place, message) => {
    await test.api.createJob({ key: 'next' });
    const { id } = await test.api.createJob();
    const before = await stored(test.database);
    const job = { name: 'a', schedule: '@daily', [list]: value };

    for (const answer of [
      await test.api.send('POST', '/jobs', job),
      await test.api.send('PUT', '/jobs/by-key/mine', job),
      await patch(id, { [list]: value }),
      await test.api.send('PATCH', `/jobs/${id}?dryRun=true`, { [list]: value }),
    ]) {
      expectProblem(answer, 400, { path: `${list}${place}`, message });
    }
    expect(await stored(test.database)).toEqual(before);
  });

  it('cannot be deleted ones', async () => {
    const { id } = await test.api.createJob({ key: 'gone' });
    await test.api.send('DELETE', `/jobs/${id}`);

    const answer = await test.api.send('POST', '/jobs', {
      name: 'a',
      schedule: '@daily',
      onSuccess: [id],
      onFailure: ['gone'],
    });

    expectProblem(answer, 400, { path: 'onFailure.0', message: 'none has the key gone' });
  });
});

describe('a chain of jobs', () => {
  it.each(LISTS)('does not lead back, over %s and all other lists', async (list) => {
    const { id: last } = await test.api.createJob({ key: 'last' });
    const { id: middle } = await test.api.createJob({ onFinish: [last] });
    const { id: first } = await test.api.createJob({ onFailure: [middle] });
    const before = await stored(test.database);

    expectProblem(await patch(last, { [list]: [first] }), 400, {
      path: list,
      message: `leads back to this job: ${last} -> ${first} -> ${middle} -> ${last}`,
    });
    expectProblem(await patch(last, { [list]: ['last'] }), 400, {
      path: `${list}.0`,
      message: 'must not be the job itself',
    });
    expect(await stored(test.database)).toEqual(before);
  });

  it('has ten jobs in a row at most, wherever it is made longer', async () => {
    const [top = 0, , middle = 0] = await chainOf(10);
    const bottom = (await test.api.get<JobJson[]>('/jobs?sort=id')).body[0]?.id ?? 0;
    const { id: other } = await test.api.createJob();
    const tooLong = { path: 'onSuccess', message: 'must not make more than 10 jobs in a row' };

    expectProblem(await patch(bottom, { onSuccess: [other] }), 400, tooLong);
    expectProblem(await patch(other, { onSuccess: [top] }), 400, tooLong);
    const job = { name: 'a', schedule: '@daily', onSuccess: [top] };
    expectProblem(await test.api.send('POST', '/jobs', job), 400, tooLong);
    expect((await patch(other, { onSuccess: [middle] })).status).toBe(200);
    expect((await patch(middle, { onSuccess: [bottom] })).status).toBe(200);
  });
});

describe('a job that others start', () => {
  it('is not deleted before them', async () => {
    const { id } = await test.api.createJob();
    const one = await test.api.createJob({ onSuccess: [id] });
    const two = await test.api.createJob({ onFailure: [id], onFinish: [id] });
    const before = await stored(test.database);

    expectProblem(await test.api.send('DELETE', `/jobs/${id}`), 409, {
      code: 'JOB_IN_CHAIN',
      message: `The job ${id} is started by the jobs ${one.id}, ${two.id}: change or delete these first`,
    });
    expect(await stored(test.database)).toEqual(before);
    await test.api.send('DELETE', `/jobs/${one.id}`);
    await patch(two.id, { onFailure: [], onFinish: [] });

    expect((await test.api.send('DELETE', `/jobs/${id}`)).status).toBe(200);
  });

  it('names ten of many', async () => {
    const { id } = await test.api.createJob();
    const starters = await Promise.all(
      Array.from({ length: 12 }, () => test.api.createJob({ onFinish: [id] })),
    );
    const ids = starters.map((job) => job.id).sort((a, b) => a - b);

    expectProblem(await test.api.send('DELETE', `/jobs/${id}`), 409, {
      code: 'JOB_IN_CHAIN',
      message: `by the jobs ${ids.slice(0, 10).join(', ')}: change`,
    });
  });
});
