import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SimulationDto } from '../../src/simulation/dto/simulation.dto.ts';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

const WINDOW = { from: '2026-11-24T08:59:30Z', to: '2026-11-24T09:10:00Z' };
const MINUTELY = { schedule: '* * * * *', ...WINDOW };

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
afterAll(() => test.close());

const simulate = (body: unknown) =>
  test.api.send<SimulationDto>('POST', '/schedules/simulate', body);

describe('POST /schedules/simulate', () => {
  it('tells the ledger that would result, and stores nothing', async () => {
    const before = await stored(test.database);

    const { status, body } = await simulate({
      ...MINUTELY,
      to: '2026-11-24T09:05:30Z',
      overlap: 'queue',
      timeoutMs: 120_000,
      missed: { policy: 'once' },
      outages: [{ from: '2026-11-24T09:01:10Z', to: '2026-11-24T09:04:10Z' }],
      durations: [10_000, 20_000],
    });

    expect(status).toBe(200);
    expect(body).toMatchObject({ until: '2026-11-24T09:05:30.000Z', truncated: false });
    expect(body.summary).toEqual([
      { status: 'succeeded', reason: null, count: 4 },
      { status: 'skipped', reason: 'missed', count: 2 },
    ]);
    expect(body.runs).toHaveLength(5);
    expect(body.runs[1]).toEqual({
      scheduledFor: '2026-11-24T09:01:00.000Z',
      nominalFor: '2026-11-24T09:01:00.000Z',
      trigger: 'schedule',
      status: 'succeeded',
      reason: null,
      startedAt: '2026-11-24T09:04:10.000Z',
      finishedAt: '2026-11-24T09:04:30.000Z',
      latenessMs: 0,
      durationMs: 20_000,
      attempt: 2,
      attempts: [
        {
          attempt: 1,
          startedAt: '2026-11-24T09:01:00.000Z',
          finishedAt: '2026-11-24T09:04:10.000Z',
          outcome: 'lost',
        },
        {
          attempt: 2,
          startedAt: '2026-11-24T09:04:10.000Z',
          finishedAt: '2026-11-24T09:04:30.000Z',
          outcome: 'succeeded',
        },
      ],
      rangeFrom: null,
      rangeTo: null,
      count: null,
    });
    expect(body.runs[2]).toMatchObject({
      status: 'skipped',
      reason: 'missed',
      rangeFrom: '2026-11-24T09:02:00.000Z',
      rangeTo: '2026-11-24T09:03:00.000Z',
      count: 2,
    });
    expect(await stored(test.database)).toEqual(before);
  });

  it('begins now when it is not told when', async () => {
    const to = new Date(Date.now() + 150_000).toISOString();

    const { body } = await simulate({ schedule: '* * * * *', to });

    expect([2, 3]).toContain(body.runs.length);
    expect(Date.parse(String(body.runs[0]?.scheduledFor))).toBeGreaterThan(Date.now() - 60_000);
  });

  it('goes by the calendar of that name', async () => {
    await test.database.query(
      `INSERT INTO calendars (name, mode, dates) VALUES ('holidays', 'exclude', '["2026-11-24"]')`,
    );

    const { body } = await simulate({ ...MINUTELY, calendar: 'holidays' });

    expect(body.summary).toEqual([{ status: 'skipped', reason: 'calendar', count: 11 }]);
  });

  it('has the times of the job with that key, and warns when there is none', async () => {
    const spread = { ...MINUTELY, spreadSeconds: 3_000, to: '2026-11-24T12:00:00Z' };
    const [once, again, unknown] = await Promise.all(
      [{ key: 'mine' }, { key: 'mine' }, {}].map((key) => simulate({ ...spread, ...key })),
    );

    expect(once?.body.runs).toEqual(again?.body.runs);
    expect(once?.body.warnings).toEqual([]);
    expect(unknown?.body.warnings.map(({ code }) => code)).toEqual(['DRAWN_FOR_JOB']);
  });

  it('says that jitter is taken for what it comes to on average', async () => {
    const { body } = await simulate({ ...MINUTELY, retry: { maxAttempts: 2 } });

    expect(body.warnings).toEqual([
      { code: 'MEAN_JITTER', message: expect.stringContaining('20 %') },
    ]);
  });

  it('stops after ten thousand rows, and answers others meanwhile', async () => {
    const long = simulate({
      schedule: '* * * * * *',
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
    });
    const answered: string[] = [];
    void long.then(() => answered.push('simulation'));
    await test.api.get('/health/live').then(() => answered.push('other'));
    const { body } = await long;

    expect(answered).toEqual(['other', 'simulation']);
    expect(body.truncated).toBe(true);
    expect(body.runs.length).toBeLessThanOrEqual(10_000);
    expect(body.runs.length).toBeGreaterThan(9_900);
    expect(Date.parse(String(body.until))).toBeLessThan(Date.parse('2026-01-01T03:00:00Z'));
  });

  it('takes as much as it says it takes', async () => {
    const answer = await simulate({
      schedule: '@daily',
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-02T00:00:00Z',
      outages: Array(100).fill({ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' }),
      durations: Array(1_000).fill(86_400_000),
      outcomes: Array(1_000).fill('failed'),
    });

    expect(answer.status).toBe(200);
  });

  const outage = { from: '2026-11-24T09:01:10Z', to: '2026-11-24T09:04:10Z' };
  it.each([
    ['schedule', /is required/, { schedule: undefined }],
    ['schedule', /59/, { schedule: '61 * * * *' }],
    ['timezone', /Mars/, { timezone: 'Mars/Olympus' }],
    ['to', /is required/, { to: undefined }],
    ['to', /instant that exists/, { to: 'tomorrow' }],
    ['to', /after from/, { to: WINDOW.from }],
    ['to', /at most 366 days/, { to: '2027-11-25T08:59:31Z' }],
    ['endAt', /before startAt/, { endAt: '2026-01-01T00:00:00Z', startAt: '2026-02-01T00:00:00Z' }],
    ['outages', /list of outages/, { outages: outage }],
    ['outages', /at most 100 entries/, { outages: Array(101).fill(outage) }],
    ['outages', /entry 2 .*end after/, { outages: [outage, { from: outage.to, to: outage.to }] }],
    ['outages', /entry 1 must have from and to/, { outages: [{ from: outage.from }] }],
    ['outages', /entry 1 must be an object with from/, { outages: [{ ...outage, why: '?' }] }],
    ['durations', /at least 1/, { durations: [] }],
    ['durations', /entry 1 .*from 1 to 86400000/, { durations: [0] }],
    ['durations', /entry 2 .*whole number/, { durations: [1, 1.5] }],
    ['durations', /at most 1000 entries/, { durations: Array(1_001).fill(1) }],
    ['outcomes', /entry 1 must be one of succeeded, retry, failed/, { outcomes: ['lost'] }],
    ['calendar', /none named nobody-knows/, { calendar: 'nobody-knows' }],
    ['maxRuns', /1/, { maxRuns: 0 }],
    ['name', /not a known field/, { name: 'a' }],
  ])('refuses a wrong %s: %s', async (path, message, fields) => {
    expectProblem(await simulate({ ...MINUTELY, ...fields }), 400, { path, message });
  });
});
