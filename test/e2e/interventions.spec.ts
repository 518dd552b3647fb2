import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Answer, RunJson, TestApi } from '../support/api.ts';
import { openApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

let test: TestApi;
let run: string;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(async () => {
  await test.empty();
  await test.api.createJob();
  const { body } = await test.api.send<{ runId: string }>('POST', '/jobs/1/trigger');
  run = body.runId;
});
afterAll(() => test.close());

function cancel(body?: unknown, headers = {}): Promise<Answer<RunJson>> {
  return test.api.send<RunJson>('POST', `/runs/${run}/cancel`, body, headers);
}

function retry(body?: unknown, headers = {}): Promise<Answer<{ runId: string }>> {
  return test.api.send<{ runId: string }>('POST', `/runs/${run}/retry`, body, headers);
}

describe('POST /runs/:id/cancel', () => {
  it('answers the run as it is then', async () => {
    const { status, body } = await cancel({ reason: 'not needed any more' });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: run,
      status: 'cancelled',
      reason: 'not needed any more',
      finishedAt: expect.any(String),
      attempts: [],
    });
    expect((await test.api.get<RunJson>(`/runs/${run}`)).body).toEqual(body);
  });

  it('needs no reason', async () => {
    expect(await cancel()).toMatchObject({ status: 200, body: { reason: 'requested' } });
  });

  it('gives reasons by which runs can be listed', async () => {
    const reason = 'ä'.repeat(100);

    await cancel({ reason });

    const { body } = await test.api.get<RunJson[]>(`/runs?reason=${encodeURIComponent(reason)}`);
    expect(body.map(({ id }) => id)).toEqual([run]);
  });

  it('is refused for a run that is over', async () => {
    await cancel();
    const before = await stored(test.database);

    expectProblem(await cancel({ reason: 'again' }), 409, {
      code: 'RUN_FINISHED',
      message: `The run ${run} is over: cancelled`,
    });

    expect(await stored(test.database)).toEqual(before);
  });

  it('takes effect once with an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'stop' };

    const first = await cancel({}, headers);
    const second = await cancel({}, headers);

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
  });

  it.each([
    [{ reason: '' }, 'reason', 'must not be empty'],
    [{ reason: '  ' }, 'reason', 'must not be empty'],
    [{ reason: null }, 'reason', 'must be text of 1 to 100 characters'],
    [{ reason: 7 }, 'reason', 'must be text of 1 to 100 characters'],
    [{ reason: 'x'.repeat(101) }, 'reason', 'must not be longer than 100 characters'],
    [{ reason: '\ud800' }, 'reason', 'must not contain NUL'],
    [{ force: true }, 'force', 'is not a known field'],
  ])('refuses %j', async (body, path, message) => {
    const before = await stored(test.database);

    expectProblem(await cancel(body), 400, { path, message });

    expect(await stored(test.database)).toEqual(before);
  });
});

describe('POST /runs/:id/retry', () => {
  it('queues another run for the same instant', async () => {
    await cancel();

    const { status, body } = await retry();

    expect(status).toBe(202);
    expect(body).toEqual({ runId: run.replace(/-1$/, '-2') });
    const { body: again } = await test.api.get<RunJson>(`/runs/${body.runId}`);
    expect(again).toMatchObject({ status: 'queued', trigger: 'retry', attempt: 0, reason: null });
  });

  it('is refused for a run that is not over', async () => {
    expectProblem(await retry(), 409, {
      code: 'RUN_NOT_FINISHED',
      message: `The run ${run} is not over yet: queued`,
    });
  });

  it('is refused for a range of skipped instants', async () => {
    await test.database.query(
      `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, reason, range_from,
                         range_to, range_count)
       VALUES (1, '2026-01-01T00:09:00Z', 1, 'skipped', 'schedule', 'missed',
               '2026-01-01T00:00:00Z', '2026-01-01T00:09:00Z', 10)`,
    );
    run = '1-1767226140000';

    expectProblem(await retry(), 409, {
      code: 'RUN_COVERS_RANGE',
      message: 'stands for 10 instants that were skipped: backfill them instead',
    });
  });

  it('is refused for the runs of a job that was deleted', async () => {
    await test.api.send('DELETE', '/jobs/1');

    expectProblem(await retry(), 409, {
      code: 'JOB_DELETED',
      message: 'The job 1 has been deleted',
    });
  });

  it('takes effect once with an Idempotency-Key', async () => {
    await cancel();
    const headers = { 'idempotency-key': 'again' };

    const first = await retry({}, headers);
    const second = await retry({}, headers);

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect((await test.api.get<RunJson[]>('/jobs/1/runs')).body).toHaveLength(2);
  });
});

describe('a run that never was', () => {
  it.each(['cancel', 'retry'])('is not found: %s', async (action) => {
    const answer = await test.api.send('POST', `/runs/1-1764061200000/${action}`);

    expectProblem(answer, 404, { code: 'RUN_NOT_FOUND', message: '1-1764061200000' });
  });
});
