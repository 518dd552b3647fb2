import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem } from '../support/problems.ts';

interface Forecast {
  from: string;
  to: string;
  total: number;
  truncated: boolean;
  minutes: { at: string; total: number; byType: object; byHost: object }[];
}

const NINE = '2031-06-02T09:00:00Z';

describe('GET /forecast', () => {
  let test: TestApi;

  beforeAll(async () => {
    test = await openApi();
  });
  beforeEach(() => test.empty());
  afterAll(() => test.close());

  const forecast = (query: string) => test.api.get<Forecast>(`/forecast?${query}`);

  it('sums up active jobs by minute, by type and by host', async () => {
    const http = { type: 'http', payload: { url: 'https://api.example:8443/x' } };
    await test.api.createJob({ ...http, schedule: '0 9 * * *' });
    await test.api.createJob({ ...http, schedule: '0,30 9 * * *' });
    await test.api.createJob({ schedule: '30 9 * * *' });
    await test.api.createJob({ schedule: '30 9 * * *', isActive: false });
    await test.api.createJob({ schedule: '0 9 1 1 *' });

    const { status, body } = await forecast(`from=${NINE}&minutes=60`);

    expect(status).toBe(200);
    expect(body).toEqual({
      from: '2031-06-02T09:00:00.000Z',
      to: '2031-06-02T10:00:00.000Z',
      total: 4,
      truncated: false,
      minutes: [
        {
          at: '2031-06-02T09:00:00.000Z',
          total: 2,
          byType: { http: 2 },
          byHost: { 'api.example:8443': 2 },
        },
        {
          at: '2031-06-02T09:30:00.000Z',
          total: 2,
          byType: { http: 1, log: 1 },
          byHost: { 'api.example:8443': 1 },
        },
      ],
    });
  });

  it('keeps to bounds, maxRuns and exceptions of each job', async () => {
    await test.api.createJob({ schedule: '* * * * *', startAt: NINE, maxRuns: 3 });
    await test.api.createJob({
      schedule: '* * * * *',
      startAt: NINE,
      endAt: '2031-06-02T09:01:00Z',
    });

    const { body } = await forecast(`from=2031-06-02T08:00:00Z&minutes=120`);

    expect(body.minutes.map(({ at, total }) => [at.slice(11, 16), total])).toEqual([
      ['09:00', 2],
      ['09:01', 2],
      ['09:02', 1],
    ]);
  });

  it('begins with the current minute, and looks an hour ahead', async () => {
    await test.api.createJob({ schedule: '* * * * *' });

    const { body } = await forecast('');

    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(3_600_000);
    expect(body.from).toMatch(/:00\.000Z$/);
    expect(body.total).toBeGreaterThanOrEqual(59);
  });

  it.each([
    ['minutes=0', 'minutes'],
    ['minutes=1441', 'minutes'],
    ['minutes=1.5', 'minutes'],
    ['from=yesterday', 'from'],
    ['hours=1', 'hours'],
  ])('refuses %s', async (query, path) => {
    expectProblem(await forecast(query), 400, { path });
  });
});
