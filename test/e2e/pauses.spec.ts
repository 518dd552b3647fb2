import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

const YEAR_MS = 366 * 86_400_000;

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

async function post(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
  return test.api.send('POST', path, body, headers);
}

/** So many years from the clock of this machine. */
function inYears(years: number): string {
  return new Date(Date.now() + years * YEAR_MS).toISOString();
}

describe('POST /jobs/:id/pause', () => {
  it('pauses for a reason, until a time', async () => {
    const job = await test.api.createJob();
    const until = inYears(1);

    const { status, headers, body } = await post(`/jobs/${job.id}/pause`, { reason: 'why', until });

    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    expect(body).toEqual({
      ...job,
      isActive: false,
      pausedReason: 'why',
      pausedUntil: until,
      nextRun: null,
      upcoming: [],
      revision: 2,
      updatedAt: expect.any(String),
    });
    expect((await test.api.get(`/jobs/${job.id}`)).body).toEqual(body);
  });

  it('needs neither, nor a body', async () => {
    const { id } = await test.api.createJob();

    const { status, body } = await post(`/jobs/${id}/pause`, undefined);

    expect(status).toBe(200);
    expect(body).toMatchObject({ isActive: false, pausedReason: null, pausedUntil: null });
  });

  it('of a paused job says what the pause is from now on; the same again changes nothing', async () => {
    const { id } = await test.api.createJob();
    const until = inYears(1);
    await post(`/jobs/${id}/pause`, { reason: 'why' });

    const other = await post(`/jobs/${id}/pause`, { until });
    const before = await stored(test.database);
    const same = await post(`/jobs/${id}/pause`, { until, reason: null });

    expect(other.body).toMatchObject({ revision: 3, pausedReason: null, pausedUntil: until });
    expect(same).toMatchObject({ status: 200, body: other.body });
    expect(await stored(test.database)).toEqual(before);
  });

  it('takes 500 characters, and any that are text', async () => {
    const { id } = await test.api.createJob();
    const reason = '😀"<\n'.repeat(125);

    expect((await post(`/jobs/${id}/pause`, { reason })).body.pausedReason).toBe(reason);
  });

  it('is impossible for a completed job', async () => {
    const { id } = await test.api.createJob();
    await test.database.query('UPDATE jobs SET is_active = false, next_run = NULL');
    const before = await stored(test.database);

    expectProblem(await post(`/jobs/${id}/pause`), 409, { code: 'JOB_COMPLETED' });

    expect(await stored(test.database)).toEqual(before);
  });

  it('is possible for a job whose definition is not valid any more', async () => {
    const { id } = await test.api.createJob();
    await test.database.query(`UPDATE jobs SET timezone = 'Mars/Olympus', type = 'gone'`);

    expect(await post(`/jobs/${id}/pause`)).toMatchObject({
      status: 200,
      body: { isActive: false },
    });
  });

  it('has the same effect as PATCH, which leaves reason and end of a pause alone', async () => {
    const { id } = await test.api.createJob();
    await post(`/jobs/${id}/pause`, { reason: 'why' });

    const again = await test.api.send('PATCH', `/jobs/${id}`, { isActive: false });
    const renamed = await test.api.send('PATCH', `/jobs/${id}`, { name: 'b' });

    expect(again.body).toMatchObject({ revision: 2, pausedReason: 'why' });
    expect(renamed.body).toMatchObject({ revision: 3, pausedReason: 'why', isActive: false });
  });
});

describe('POST /jobs/:id/resume', () => {
  it('resumes, and forgets the pause', async () => {
    const job = await test.api.createJob();
    await post(`/jobs/${job.id}/pause`, { reason: 'why', until: inYears(1) });

    const { status, headers, body } = await post(`/jobs/${job.id}/resume`);

    expect([status, headers.get('etag')]).toEqual([200, '"3"']);
    expect(body).toEqual({ ...job, revision: 3, updatedAt: expect.any(String) });
  });

  it('leaves an active job as it is', async () => {
    const job = await test.api.createJob();
    const before = await stored(test.database);

    expect(await post(`/jobs/${job.id}/resume`, undefined)).toMatchObject({
      status: 200,
      body: job,
    });

    expect(await stored(test.database)).toEqual(before);
  });

  it('needs an instant ahead', async () => {
    const { id } = await test.api.createJob();
    await test.database.query(
      `UPDATE jobs SET is_active = false, next_run = NULL, end_at = '2020-01-01T00:00:00Z'`,
    );

    expectProblem(await post(`/jobs/${id}/resume`), 400, {
      path: 'schedule',
      message: 'has no instant ahead',
    });
  });

  it.each([{ reason: 'why' }, { isActive: true }, { until: null }])(
    'takes no field: %j',
    async (body) => {
      const { id } = await test.api.createJob();
      const path = Object.keys(body)[0];

      const answer = await post(`/jobs/${id}/resume`, body);

      expectProblem(answer, 400, { path, message: 'is not a known field' });
    },
  );

  it.each([[[]], ['text'], [null], [1]])('takes an object only, not %j', async (body) => {
    const { id } = await test.api.createJob();

    const answer = await post(`/jobs/${id}/resume`, body);

    expectProblem(answer, 400, { path: 'body', message: 'must be an object' });
  });
});

describe.each(['pause', 'resume'])('POST /jobs/:id/%s', (route) => {
  it('heeds If-Match', async () => {
    const { id } = await test.api.createJob();
    const before = await stored(test.database);

    const stale = await post(`/jobs/${id}/${route}`, {}, { 'if-match': '"7"' });

    expectProblem(stale, 412, { code: 'REVISION_MISMATCH', message: 'revision "1"' });
    expect(await stored(test.database)).toEqual(before);
    expect((await post(`/jobs/${id}/${route}`, {}, { 'if-match': '"1"' })).status).toBe(200);
  });

  it('knows no job that never was, or is deleted', async () => {
    const { id } = await test.api.createJob();
    await test.api.send('DELETE', `/jobs/${id}`);

    expectProblem(await post(`/jobs/${id}/${route}`), 404, { code: 'JOB_NOT_FOUND' });
    expectProblem(await post(`/jobs/999/${route}`), 404, { code: 'JOB_NOT_FOUND' });
    expectProblem(await post(`/jobs/x/${route}`), 400, { path: 'id' });
  });
});

describe('a pause that cannot be', () => {
  it.each<[body: unknown, path: string, message: string]>([
    [{ reason: '' }, 'reason', 'must not be empty'],
    [{ reason: ' \n' }, 'reason', 'must not be empty'],
    [{ reason: 'x'.repeat(501) }, 'reason', 'must not be longer than 500 characters'],
    [{ reason: 'a\0' }, 'reason', 'must not contain NUL'],
    [{ reason: '\ud800' }, 'reason', 'must not contain NUL or half of a surrogate pair'],
    [{ reason: 7 }, 'reason', '1 to 500 characters'],
    [{ reason: ['a'] }, 'reason', '1 to 500 characters'],
    [{ until: 'tomorrow' }, 'until', 'from 1970 to 9999'],
    [{ until: '' }, 'until', 'from 1970 to 9999'],
    [{ until: 1_900_000_000 }, 'until', 'from 1970 to 9999'],
    [{ until: '2031-02-30T00:00:00Z' }, 'until', 'from 1970 to 9999'],
    [{ until: '2031-01-01T00:00:00' }, 'until', 'from 1970 to 9999'],
    [{ until: '2020-01-01T00:00:00Z' }, 'until', 'must lie in the future'],
    [{ until: '9999-12-31T23:59:59Z' }, 'until', 'must lie at most 10 years ahead'],
    [{ until: true }, 'until', 'from 1970 to 9999'],
    [{ for: '1h' }, 'for', 'is not a known field'],
    [{ isActive: false }, 'isActive', 'is not a known field'],
    [[], 'body', 'must be an object'],
    ['why', 'body', 'must be an object'],
    [null, 'body', 'must be an object'],
  ])('%j is refused', async (body, path, message) => {
    const { id } = await test.api.createJob();
    const before = await stored(test.database);

    expectProblem(await post(`/jobs/${id}/pause`, body), 400, { path, message });

    expect(await stored(test.database)).toEqual(before);
  });
});
