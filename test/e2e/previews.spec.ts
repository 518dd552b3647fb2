import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openApi, type TestApi } from '../support/api.ts';
import { expectProblem, stored } from '../support/problems.ts';

interface Preview {
  kind: string;
  text: string;
  next: string[];
  warnings: { code: string; message: string }[];
  zoneData: string;
}

interface Upcoming {
  upcoming: { nominal: string; effective: string }[];
  warnings: { code: string; message: string }[];
}

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
afterAll(() => test.close());

const preview = (body: unknown) => test.api.send<Preview>('POST', '/schedules/preview', body);

describe('POST /schedules/preview', () => {
  it('tells kind, words and the next instants, and stores nothing', async () => {
    const before = await stored(test.database);

    const answer = await preview({
      schedule: '0 9 * * 1-5',
      timezone: 'Europe/Berlin',
      from: '2026-11-27T12:00:00Z',
      count: 3,
    });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      kind: 'cron',
      text: 'At 09:00, Monday through Friday (Europe/Berlin)',
      next: ['2026-11-30T08:00:00.000Z', '2026-12-01T08:00:00.000Z', '2026-12-02T08:00:00.000Z'],
      zoneData: expect.stringMatching(/^20\d\d[a-z]$/),
    });
    expect(await stored(test.database)).toEqual(before);
  });

  it.each([
    ['@every 90s', 'interval', 'Every 90 seconds'],
    ['@at 2031-01-31T09:00:00+01:00', 'once', 'Once, at 2031-01-31T08:00:00.000Z'],
    ['@hourly', 'cron', 'Every hour (UTC)'],
    ['*/10 * * * * *', 'cron', 'Every 10 seconds (UTC)'],
  ])('reads %s as %s', async (schedule, kind, text) => {
    const { body } = await preview({ schedule });

    expect(body).toMatchObject({ kind, text });
  });

  it('gives ten instants from now on unless told otherwise, and up to a thousand', async () => {
    const ten = await preview({ schedule: '* * * * *' });
    const thousand = await preview({ schedule: '* * * * *', count: 1_000 });

    expect(ten.body.next).toHaveLength(10);
    expect(Date.parse(ten.body.next[0] ?? '')).toBeGreaterThan(Date.now() - 60_000);
    expect(thousand.body.next).toHaveLength(1_000);
  });

  it('counts an interval from its start, and stops at its end', async () => {
    const { body } = await preview({
      schedule: '@every 1h',
      startAt: '2031-01-01T00:30:00Z',
      endAt: '2031-01-01T02:30:00Z',
    });

    expect(body.next).toEqual([
      '2031-01-01T00:30:00.000Z',
      '2031-01-01T01:30:00.000Z',
      '2031-01-01T02:30:00.000Z',
    ]);
  });

  it.each([
    [{ gap: 'shift' }, '2027-03-28T01:30:00.000Z'],
    [{ gap: 'skip' }, '2027-03-29T00:30:00.000Z'],
  ])('shows what %j makes of a local time that does not exist', async (dst, next) => {
    const { body } = await preview({
      schedule: '30 2 * * *',
      timezone: 'Europe/Berlin',
      dst,
      from: '2027-03-27T12:00:00Z',
      count: 1,
    });

    expect(body.next).toEqual([next]);
    expect(body.warnings.map(({ code }) => code)).toContain('DST_AHEAD');
  });

  it.each([
    [{ schedule: '0 0 13 * 5' }, 'BOTH_DAY_FIELDS', /either/],
    [{ schedule: '* * * * * *' }, 'VERY_FREQUENT', /once a minute/],
    [{ schedule: '@at 2020-01-01T00:00:00Z' }, 'NONE_WITHIN_YEAR', /no further instant/],
    [{ schedule: '0 0 29 2 *', from: '2028-03-01T00:00:00Z' }, 'NONE_WITHIN_YEAR', /2032-02-29/],
  ])('warns about %j: %s', async (body, code, message) => {
    const answer = await preview(body);

    expect(answer.status).toBe(200);
    expect(answer.body.warnings).toContainEqual({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('has nothing to warn about in an ordinary schedule', async () => {
    expect((await preview({ schedule: '0 3 * * *' })).body.warnings).toEqual([]);
  });

  it.each([
    [{}, 'schedule', 'is required'],
    [{ schedule: '* * * * 8' }, 'schedule', '(at character 9)'],
    [{ schedule: '* * * FOO *' }, 'schedule', '(at character 7)'],
    [{ schedule: '  0 25 * * *' }, 'schedule', '(at character 5)'],
    [{ schedule: '0 0 30 2 *' }, 'schedule', 'never'],
    [{ schedule: '* * * * *', timezone: 'Nowhere/City' }, 'timezone', 'Nowhere/City'],
    [{ schedule: '* * * * *', count: 0 }, 'count', 'must not be less than 1'],
    [{ schedule: '* * * * *', count: 1_001 }, 'count', 'must not be greater than 1000'],
    [{ schedule: '* * * * *', count: '5' }, 'count', 'must be an integer'],
    [{ schedule: '* * * * *', from: 'now' }, 'from', 'from 1970 to 9999'],
    [{ schedule: '* * * * *', name: 'a' }, 'name', 'is not a known field'],
  ])('refuses %j', async (body, path, message) => {
    expectProblem(await preview(body), 400, { path, message });
  });

  it('is quick even where instants are rare', async () => {
    const { status, body } = await preview({ schedule: '0 0 29 2 1#5', count: 1_000 });

    expect(status).toBe(200);
    expect(body.next.length).toBeGreaterThan(0);
  });
});

describe('GET /jobs/:id/upcoming', () => {
  const upcoming = (id: number, query = '') =>
    test.api.get<Upcoming>(`/jobs/${id}/upcoming${query}`);

  it('lists the next instants of a job, nominal and effective', async () => {
    const { id, upcoming: five } = await test.api.createJob();

    const { status, body } = await upcoming(id);

    expect(status).toBe(200);
    expect(body.upcoming).toHaveLength(10);
    expect(body.upcoming.slice(0, 5).map(({ nominal }) => nominal)).toEqual(five);
    expect(body.upcoming.every(({ nominal, effective }) => nominal === effective)).toBe(true);
    expect(body.warnings).toEqual([]);
  });

  it('begins where it is told to', async () => {
    const { id } = await test.api.createJob();

    const { body } = await upcoming(id, '?count=2&from=2031-05-05T03:00:00Z');

    expect(body.upcoming.map(({ nominal }) => nominal)).toEqual([
      '2031-05-06T03:00:00.000Z',
      '2031-05-07T03:00:00.000Z',
    ]);
  });

  it('has none for a paused job, and few for one that ends', async () => {
    const paused = await test.api.createJob({ isActive: false });
    const once = await test.api.createJob({ schedule: '@at 2031-01-01T00:00:00Z' });

    expect((await upcoming(paused.id)).body.upcoming).toEqual([]);
    expect((await upcoming(once.id)).body.upcoming).toHaveLength(1);
  });

  it('warns like the preview does', async () => {
    const { id } = await test.api.createJob({ schedule: '* * * * * *' });

    const { body } = await upcoming(id);

    expect(body.warnings.map(({ code }) => code)).toEqual(['VERY_FREQUENT']);
  });
});

describe('times that are drawn for a job', () => {
  it('are those of its key, before and after it is registered', async () => {
    const schedule = 'H H * * *';
    const { body } = await preview({ schedule, key: 'steady', from: '2031-01-01T00:00:00Z' });
    const job = await test.api.createJob({
      schedule,
      key: 'steady',
      startAt: '2031-01-01T00:00:00Z',
    });

    expect(body.warnings).toEqual([]);
    expect(body.next.slice(0, 5)).toEqual(job.upcoming);
    expect(job.scheduleText).toBe(body.text);
    expect(job.scheduleText).toMatch(/^At \d\d:\d\d \(UTC\)$/);
  });

  it('are said to be drawn where no key is named', async () => {
    const { body } = await preview({ schedule: 'H H * * *' });

    expect(body.warnings).toMatchObject([{ code: 'DRAWN_FOR_JOB' }]);
  });
});
