import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';
import { insertJob } from '../support/jobs.ts';
import { expectProblem } from '../support/problems.ts';

const LIMIT = 2 ** 31 - 1;

describe('numbers that have come to their limit', () => {
  let test: TestApi;

  beforeEach(async () => {
    test = await openApi({ ROLES: ['api', 'scheduler', 'worker'] });
  });
  afterEach(() => test.close());

  async function succeeded(id: number): Promise<number> {
    const rows = await test.database.query(
      `SELECT FROM runs WHERE job_id = $1 AND status = 'succeeded'`,
      [id],
    );
    return rows.length;
  }

  it('ids of jobs are refused in clear words, and never begin anew', async () => {
    const { api, database } = test;
    const first = await api.createJob({ schedule: '* * * * * *' });
    await database.query(`SELECT setval('jobs_id_seq', $1)`, [LIMIT - 5]);

    const last = [];
    for (let left = 5; left > 0; left -= 1) last.push(await api.createJob());
    const job = { name: 'one too many', schedule: '@daily' };
    const refusals = [
      await api.send('POST', '/jobs', job),
      await api.send('POST', '/jobs', { ...job, onSuccess: [first.id] }),
      await api.send('POST', '/jobs', job, { 'idempotency-key': 'again' }),
      await api.send('POST', '/jobs', job, { 'idempotency-key': 'again' }),
      await api.send('PUT', '/jobs/by-key/new', job),
    ];

    expect(last.map(({ id }) => LIMIT - id)).toEqual([4, 3, 2, 1, 0]);
    for (const refusal of refusals) {
      expectProblem(refusal, 409, { code: 'JOB_IDS_EXHAUSTED', message: String(LIMIT) });
    }
    expect((await api.get(`/jobs/${LIMIT}`)).status).toBe(200);
  });

  it('jobs with the highest ids run, and so do all others', async () => {
    const { api, database } = test;
    const first = await api.createJob({ schedule: '* * * * * *' });
    await database.query(`SELECT setval('jobs_id_seq', $1)`, [LIMIT - 1]);
    const last = await api.createJob({ schedule: '* * * * * *' });
    const { status } = await api.send('POST', `/jobs/${last.id}/trigger`);

    expect([last.id, status]).toEqual([LIMIT, 202]);
    await eventually(async () => (await succeeded(first.id)) >= 3);
    await eventually(async () => (await succeeded(last.id)) >= 3);
  });

  it('a count of runs stands still, and keeps no run from starting', async () => {
    const { database } = test;
    const job = { schedule: '* * * * * *', nextRun: '2026-01-01T00:00:00Z' };
    const id = await insertJob(database, job);
    const other = await insertJob(database, job);
    await database.query('UPDATE jobs SET run_count = $2 WHERE id = $1', [id, LIMIT - 1]);
    await database.query(`SELECT pg_notify('scheduler_jobs', '')`);

    await eventually(async () => (await succeeded(id)) >= 4);
    await eventually(async () => (await succeeded(other)) >= 4);

    const rows = await database.query('SELECT run_count FROM jobs WHERE id = $1', [id]);
    expect(rows).toEqual([{ run_count: LIMIT }]);
  });
});
