import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApi, type RunJson, type TestApi } from '../support/api.ts';
import { eventually } from '../support/eventually.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi({ ROLES: ['api', 'scheduler', 'worker'] });
});
afterAll(() => test.close());

/** The value of a sample, by its name and labels as they stand in the text. */
async function sample(name: string): Promise<number> {
  const { text } = await test.api.get('/metrics');
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

describe('GET /metrics', () => {
  it('speaks the format of Prometheus', async () => {
    const { status, headers, text } = await test.api.get('/metrics');

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{[^}]*\})? \S+|)$/);
    }
  });

  it.each([
    ['scheduler_runs_total', 'counter'],
    ['scheduler_attempts_total', 'counter'],
    ['scheduler_run_lateness_seconds', 'histogram'],
    ['scheduler_attempt_duration_seconds', 'histogram'],
    ['scheduler_leases_lost_total', 'counter'],
    ['scheduler_finishes_refused_total', 'counter'],
    ['scheduler_active_attempts', 'gauge'],
    ['scheduler_due_runs', 'gauge'],
    ['scheduler_oldest_due_age_seconds', 'gauge'],
    ['scheduler_clock_skew_seconds', 'gauge'],
    ['scheduler_pool_connections', 'gauge'],
    ['http_request_duration_seconds', 'histogram'],
    ['process_cpu_seconds_total', 'counter'],
    ['nodejs_eventloop_lag_seconds', 'gauge'],
  ])('has %s, a %s, with a line of help', async (name, type) => {
    const { text } = await test.api.get('/metrics');

    expect(text).toContain(`# TYPE ${name} ${type}\n`);
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
  });

  it.each(['requests', 'engine'])('shows the use of the %s pool', async (pool) => {
    const connections = (state: string) =>
      sample(`scheduler_pool_connections{pool="${pool}",state="${state}"}`);

    expect(await connections('open')).toBeGreaterThanOrEqual(1);
    expect(await connections('idle')).toBeGreaterThanOrEqual(0);
    expect(await connections('waiting')).toBe(0);
  });

  it('counts each run on schedule once, with its lateness', async () => {
    const { id } = await test.api.createJob({ schedule: '* * * * * *' });
    await eventually(async () => {
      const { body } = await test.api.get<RunJson[]>(`/jobs/${id}/runs?status=succeeded`);
      return body.length >= 2;
    });
    await test.api.send('PATCH', `/jobs/${id}`, { isActive: false });

    const runs = await eventually(async () => {
      const { body } = await test.api.get<RunJson[]>(`/jobs/${id}/runs?trigger=schedule`);
      const ended = body.filter(({ attempt }) => attempt > 0);
      expect(ended.every(({ status }) => status === 'succeeded')).toBe(true);
      expect(await sample('scheduler_runs_total{status="succeeded"}')).toBe(ended.length);
      return ended;
    });
    expect(await sample('scheduler_run_lateness_seconds_count')).toBe(runs.length);
    expect(await sample('scheduler_run_lateness_seconds_bucket{le="+Inf"}')).toBe(runs.length);
    expect(await sample('scheduler_attempts_total{type="log"}')).toBe(runs.length);
    expect(await sample('scheduler_run_lateness_seconds_sum')).toBeGreaterThanOrEqual(0);
  });

  it('counts requests by route and not by address', async () => {
    const counted = (route: string, status: number) =>
      sample(
        `http_request_duration_seconds_count{method="GET",route="${route}",status="${status}"}`,
      );

    for (const id of [101, 102, 103]) await test.api.get(`/jobs/${id}`);
    for (const path of ['/a', '/b', '/.env']) await test.api.get(path);

    expect(await counted('/jobs/:id', 404)).toBe(3);
    expect((await test.api.get('/metrics')).text).not.toMatch(/route="\/(a|b|jobs\/101)"/);
  });

  it('has no backlog when nothing is due', async () => {
    expect(await sample('scheduler_due_runs')).toBe(0);
    expect(await sample('scheduler_oldest_due_age_seconds')).toBe(0);
  });
});

describe('the backlog of a service without workers', () => {
  it('shows how much waits, and for how long', async () => {
    const api = await openApi();
    try {
      await api.database.query(
        `INSERT INTO runs (job_id, scheduled_for, namespace_id, status, trigger, wake_at)
         SELECT n, now() - interval '1 hour', 1, 'planned', 'schedule', now() - interval '1 hour'
           FROM generate_series(1, 3) AS n`,
      );

      const { text } = await api.api.get('/metrics');

      expect(text).toContain('scheduler_due_runs 3\n');
      expect(Number(/^scheduler_oldest_due_age_seconds (\S+)$/m.exec(text)?.[1])).toBeCloseTo(
        3_600,
        -2,
      );
    } finally {
      await api.close();
    }
  });
});
