import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JobJson, RunJson, TestApi } from '../support/api.ts';
import { openApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { expectProblem, stored } from '../support/problems.ts';
import { Target } from '../support/target.ts';

/** With all roles: what is triggered really runs. */
let test: TestApi;
let target: Target;

beforeAll(async () => {
  target = await Target.open();
  test = await openApi({ ROLES: ['api', 'scheduler', 'worker'] });
});
afterAll(async () => {
  await test.close();
  await target.close();
});

async function trigger(id: number, body?: unknown): Promise<string> {
  const answer = await test.api.send<{ runId: string }>('POST', `/jobs/${id}/trigger`, body);
  expect(answer.status).toBe(202);
  return answer.body.runId;
}

async function finished(runId: string): Promise<RunJson> {
  return eventually(async () => {
    const { body } = await test.api.get<RunJson>(`/runs/${runId}`);
    expect(body.finishedAt).not.toBeNull();
    return body;
  });
}

/** A run is started when it is claimed; its handler begins a moment later. */
function isStartOf(run: RunJson, instant: string | null): boolean {
  return instant !== null && instant >= run.scheduledFor && instant <= (run.startedAt ?? '');
}

describe('POST /jobs/:id/trigger', () => {
  it('runs the job now, as a run of its own', async () => {
    const { id } = await test.api.createJob({ payload: 'hello' });

    const runId = await trigger(id);

    const run = await finished(runId);
    expect(runId).toMatch(new RegExp(`^${id}-\\d{13}-1$`));
    expect(run).toMatchObject({
      id: runId,
      jobId: id,
      jobRevision: 1,
      status: 'succeeded',
      trigger: 'manual',
      attempt: 1,
      log: ['hello'],
    });
    expect(run.latenessMs).toBeGreaterThanOrEqual(0);
    expect((await test.api.get<RunJson[]>(`/jobs/${id}/runs`)).body).toEqual([run]);
  });

  it('leaves the schedule and the definition alone', async () => {
    const before = await test.api.createJob();

    const run = await finished(await trigger(before.id));

    const { body: after } = await test.api.get<JobJson>(`/jobs/${before.id}`);
    expect(after).toEqual({ ...before, lastRun: expect.any(String) });
    expect(isStartOf(run, after.lastRun)).toBe(true);
  });

  it('takes a payload for this run only', async () => {
    const { id } = await test.api.createJob({ payload: 'usual' });

    const special = await finished(await trigger(id, { payload: { special: 1 } }));
    const empty = await finished(await trigger(id, { payload: null }));
    const usual = await finished(await trigger(id, {}));

    expect([special.log, empty.log, usual.log]).toEqual([['{"special":1}'], [], ['usual']]);
    expect((await test.api.get<JobJson>(`/jobs/${id}`)).body.payload).toBe('usual');
  });

  it('refuses a payload that the handler would not take', async () => {
    const payload = { url: target.url };
    const { id } = await test.api.createJob({ type: 'http', payload, isActive: false });
    const before = await stored(test.database);

    for (const wrong of [null, {}, 'text', { url: 'nowhere' }]) {
      const answer = await test.api.send('POST', `/jobs/${id}/trigger`, { payload: wrong });
      expectProblem(answer, 400, { message: /^payload/ });
    }

    expect(await stored(test.database)).toEqual(before);
    expect(target.requests).toEqual([]);
  });

  it('sends the request of an http job, and keeps the answer', async () => {
    const payload = { url: `${target.url}/hook`, body: { n: 1 } };
    const { id } = await test.api.createJob({ type: 'http', payload });

    const run = await finished(await trigger(id));

    expect(run).toMatchObject({ status: 'succeeded', result: { status: 200 } });
    expect(target.latest).toMatchObject({ method: 'POST', path: '/hook', body: '{"n":1}' });
    expect(target.latest?.headers['idempotency-key']).toBe(run.id);
  });

  it('runs a paused job too, which stays paused', async () => {
    const { id } = await test.api.createJob({ isActive: false });

    const run = await finished(await trigger(id));

    expect(run.status).toBe('succeeded');
    const { body } = await test.api.get<JobJson>(`/jobs/${id}`);
    expect(body).toMatchObject({ isActive: false, nextRun: null });
    expect(isStartOf(run, body.lastRun)).toBe(true);
  });

  it('gives each of ten its own run', async () => {
    const { id } = await test.api.createJob();

    const runIds = await Promise.all(Array.from({ length: 10 }, () => trigger(id)));

    expect(new Set(runIds).size).toBe(10);
    const runs = await Promise.all(runIds.map(finished));
    expect(runs.every(({ trigger: by }) => by === 'manual')).toBe(true);
  });
});

describe('a job on schedule', () => {
  it('has one run for each second, and shows its latest start', async () => {
    const { id } = await test.api.createJob({ schedule: '* * * * * *' });

    const runs = await eventually(async () => {
      const { body } = await test.api.get<RunJson[]>(`/jobs/${id}/runs?status=succeeded`);
      expect(body.length).toBeGreaterThanOrEqual(2);
      return body;
    });

    await test.api.send('DELETE', `/jobs/${id}`);
    const seconds = runs.map(({ scheduledFor }) => Date.parse(scheduledFor) / 1_000);
    expect(seconds[0]).toBe((seconds[1] ?? 0) + 1);
    expect(runs.every(({ latenessMs }) => (latenessMs ?? -1) >= 0)).toBe(true);
    expect(runs.every((run) => run.trigger === 'schedule' && run.attempts.length === 1)).toBe(true);
  });

  it('is completed after its one instant, and kept', async () => {
    const at = new Date(Date.now() + 1_500).toISOString();
    const { id } = await test.api.createJob({ schedule: `@at ${at}` });

    const job = await eventually(async () => {
      const { body } = await test.api.get<JobJson>(`/jobs/${id}`);
      expect(body.isActive).toBe(false);
      return body;
    });

    expect(job).toMatchObject({ isActive: false, nextRun: null, upcoming: [], pausedReason: null });
    expect(job.lastRun).not.toBeNull();
    const { body: runs } = await test.api.get<RunJson[]>(`/jobs/${id}/runs`);
    expect(runs.map(({ scheduledFor }) => scheduledFor)).toEqual([at]);
  });
});
