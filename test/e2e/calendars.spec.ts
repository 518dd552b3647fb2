import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CalendarDto } from '../../src/calendars/dto/calendar.dto.ts';
import { type Answer, openApi, type TestApi } from '../support/api.ts';
import { expectProblem } from '../support/problems.ts';

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const HOLIDAYS = {
  name: 'holidays',
  description: 'Days off',
  mode: 'exclude',
  dates: ['2027-12-25', '2027-12-26'],
  weekdays: ['SAT', 'SUN'],
  ranges: [{ from: '2027-07-19', to: '2027-08-01' }],
};

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(async () => {
  await test.empty();
  await test.database.query('DELETE FROM calendars');
});
afterAll(() => test.close());

function send(method: string, path: string, body?: unknown, ifMatch?: string) {
  const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
  return test.api.send<CalendarDto>(method, path, body, headers);
}

async function create(fields: object = {}): Promise<CalendarDto> {
  const answer = await send('POST', '/calendars', { ...HOLIDAYS, ...fields });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
}

/** Registers jobs that use the calendar, and answers their ids. */
async function jobsThatUse(name: string, count: number): Promise<number[]> {
  const jobs = await Promise.all(Array.from({ length: count }, () => test.api.createJob()));
  await test.database.query('UPDATE jobs SET calendar = $1', [name]);
  return jobs.map(({ id }) => id).sort((one, other) => one - other);
}

async function expectUnchanged(name: string, work: () => Promise<unknown>): Promise<void> {
  const before = await test.api.get(`/calendars/${name}`);
  await work();
  expect((await test.api.get(`/calendars/${name}`)).text).toBe(before.text);
}

describe('POST /calendars', () => {
  it('creates a calendar and shows all of it', async () => {
    const answer = await send('POST', '/calendars', HOLIDAYS);

    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/calendars/holidays');
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.body).toEqual({
      ...HOLIDAYS,
      jobs: 0,
      revision: 1,
      createdAt: INSTANT,
      updatedAt: INSTANT,
    });
  });

  it('needs no more than a name', async () => {
    const answer = await send('POST', '/calendars', { name: 'a' });

    expect(answer.body).toMatchObject({
      description: null,
      mode: 'exclude',
      dates: [],
      weekdays: [],
      ranges: [],
    });
  });

  it('puts lists in order', async () => {
    const { dates, weekdays } = await create({
      dates: ['2028-01-01', '2027-01-01', '2028-01-01'],
      weekdays: ['SUN', 'MON'],
    });

    expect([dates, weekdays]).toEqual([
      ['2027-01-01', '2028-01-01'],
      ['MON', 'SUN'],
    ]);
  });

  it('lets a name belong to one calendar', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send('POST', '/calendars', HOLIDAYS)),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(9).fill(409)]);
    const loser = answers.find(({ status }) => status === 409) as Answer<CalendarDto>;
    expectProblem(loser, 409, { code: 'CALENDAR_EXISTS', message: 'holidays' });
  });

  it.each([
    ['name', 'is required', { name: undefined }],
    ['name', '1 to 100', { name: '' }],
    ['name', '1 to 100', { name: 'a b' }],
    ['name', 'not just a dot or two', { name: '..' }],
    ['name', '1 to 100', { name: 'x'.repeat(101) }],
    ['description', '2000', { description: 'x'.repeat(2_001) }],
    ['mode', 'exclude, only', { mode: 'include' }],
    ['mode', 'nothing would ever run', { mode: 'only', dates: [], weekdays: [], ranges: [] }],
    [
      'weekdays',
      'leave a weekday',
      { weekdays: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] },
    ],
    ['dates', 'must be a list', { dates: '2027-12-25' }],
    ['dates', 'must be a list', { dates: null }],
    ['dates', 'entry 2 must be a date that exists', { dates: ['2027-12-25', '2026-02-30'] }],
    ['dates', 'from 1970-01-01', { dates: ['1969-12-31'] }],
    ['dates', 'entry 1 must be', { dates: ['2027-12-25T00:00:00Z'] }],
    ['dates', 'entry 1 must be', { dates: [20_271_225] }],
    ['dates', 'at most 2000 entries, these are 2001', { dates: Array(2_001).fill('2027-12-25') }],
    ['weekdays', 'entry 2 must be one of MON', { weekdays: ['SAT', 'sun'] }],
    ['weekdays', 'at most 7', { weekdays: Array(8).fill('SAT') }],
    ['ranges', 'entry 1 must be an object with from and to', { ranges: [null] }],
    ['ranges', 'an object with from and to', { ranges: [['2027-01-01', '2027-01-02']] }],
    ['ranges', 'must have from and to', { ranges: [{ from: '2027-01-01' }] }],
    ['ranges', 'a date that exists', { ranges: [{ from: '2027-01-01', to: '2027-02-29' }] }],
    ['ranges', 'end before it begins', { ranges: [{ from: '2027-01-02', to: '2027-01-01' }] }],
    ['ranges', '10 years (3653 days)', { ranges: [{ from: '2027-01-01', to: '2037-01-01' }] }],
    ['ranges', 'an object with from and to', { ranges: [{ ...HOLIDAYS.ranges[0], x: 1 }] }],
    ['ranges', 'at most 500', { ranges: Array(501).fill(HOLIDAYS.ranges[0]) }],
    ['revision', 'is not a known field', { revision: 7 }],
  ])('refuses a wrong %s: %s', async (path, message, fields) => {
    const answer = await send('POST', '/calendars', { ...HOLIDAYS, ...fields });

    expectProblem(answer, 400, { path, message });
    expect((await test.api.get('/calendars')).body).toEqual([]);
  });

  it('takes as much as it says', async () => {
    const dates = Array.from({ length: 2_000 }, (_, index) =>
      new Date((20_000 + index) * 86_400_000).toISOString().slice(0, 10),
    );
    const ranges = dates.slice(0, 500).map((from) => ({ from, to: '2034-06-01' }));

    expect(await create({ dates, ranges })).toMatchObject({ dates, ranges });
  });
});

describe('GET /calendars', () => {
  it('lists calendars by name, without their days, page by page', async () => {
    for (const name of ['c', 'a', 'B', 'a.b', 'd']) await create({ name });

    const pages = await test.api.pages<CalendarDto>('/calendars?limit=2');

    expect(pages.map(({ body }) => body.length)).toEqual([2, 2, 1]);
    expect(pages.every(({ headers }) => headers.get('x-total-count') === '5')).toBe(true);
    const names = pages.flatMap(({ body }) => body.map(({ name }) => name));
    expect([...names].sort()).toEqual(['B', 'a', 'a.b', 'c', 'd']);
    expect(names.indexOf('a')).toBeLessThan(names.indexOf('c'));
    expect(pages[0]?.body[0]).toEqual({
      name: names[0],
      description: 'Days off',
      mode: 'exclude',
      weekdays: ['SAT', 'SUN'],
      jobs: 0,
      revision: 1,
      createdAt: INSTANT,
      updatedAt: INSTANT,
    });
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['cursor=x', 'cursor'],
    [`cursor=${Buffer.from('["name","\\u0000"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('["id","a"]').toString('base64url')}`, 'cursor'],
    ['sort=name', 'sort'],
  ])('refuses %s', async (query, path) => {
    expectProblem(await test.api.get(`/calendars?${query}`), 400, { path });
  });
});

describe('GET /calendars/:name', () => {
  it('shows the calendar, its revision as ETag, and how many living jobs use it', async () => {
    const calendar = await create();
    const [first] = await jobsThatUse('holidays', 3);
    await test.api.send('DELETE', `/jobs/${first}`);

    const answer = await test.api.get<CalendarDto>('/calendars/holidays');

    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
    expect(answer.body).toEqual({ ...calendar, jobs: 2 });
  });

  it('knows names from others', async () => {
    await create();

    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await send(method, '/calendars/Holidays', method === 'PATCH' ? {} : undefined);
      expectProblem(answer, 404, { code: 'CALENDAR_NOT_FOUND', message: 'Holidays' });
    }
    expectProblem(await test.api.get('/calendars/a%20b'), 400, { path: 'name' });
  });
});

describe('PUT /calendars/:name', () => {
  it('creates a calendar, and makes it what the body says from then on', async () => {
    const { name: _, ...fields } = HOLIDAYS;
    const created = await send('PUT', '/calendars/holidays', fields);
    const again = await send('PUT', '/calendars/holidays', fields);
    const replaced = await send('PUT', '/calendars/holidays', { dates: ['2027-01-01'] });

    expect([created.status, again.status, replaced.status]).toEqual([201, 200, 200]);
    expect(created.body).toMatchObject(HOLIDAYS);
    expect(again.body).toEqual(created.body);
    expect(replaced.headers.get('etag')).toBe('"2"');
    expect(replaced.body).toMatchObject({
      description: null,
      dates: ['2027-01-01'],
      weekdays: [],
      ranges: [],
      revision: 2,
    });
  });

  it('lets one create it when ten put it at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send('PUT', '/calendars/holidays', { description: `${n}` }),
      ),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(9).fill(200), 201]);
    expect(answers.map(({ body }) => body.revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, n) => n + 1),
    );
  });

  it('heeds If-Match', async () => {
    const absent = await send('PUT', '/calendars/holidays', {}, '"1"');
    await create();
    const stale = await send('PUT', '/calendars/holidays', {}, '"2"');
    const fresh = await send('PUT', '/calendars/holidays', {}, '"1"');

    expectProblem(absent, 412, { code: 'REVISION_MISMATCH', message: 'no such calendar' });
    expectProblem(stale, 412, { code: 'REVISION_MISMATCH', message: '"1"' });
    expect(fresh.status).toBe(200);
  });

  it.each([[{ name: 'holidays' }], [{ mode: 'only' }]])('refuses %j', async (body) => {
    const [path] = Object.keys(body);
    expectProblem(await send('PUT', '/calendars/holidays', body), 400, { path });
  });
});

describe('PATCH /calendars/:name', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = await create();

    const answer = await send('PATCH', '/calendars/holidays', { dates: ['2028-01-01'] });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...before,
      dates: ['2028-01-01'],
      revision: 2,
      updatedAt: INSTANT,
    });
  });

  it('keeps the revision when nothing changes', async () => {
    const before = await create();

    const { dates, weekdays } = HOLIDAYS;
    const patch = { dates: [...dates].reverse(), weekdays: [...weekdays].reverse() };
    const answer = await send('PATCH', '/calendars/holidays', patch);

    expect(answer.body).toEqual(before);
  });

  it('heeds If-Match', async () => {
    await create();

    await expectUnchanged('holidays', async () => {
      const stale = await send('PATCH', '/calendars/holidays', { dates: [] }, '"7", W/"1"');
      expectProblem(stale, 412, { code: 'REVISION_MISMATCH' });
    });
    expect((await send('PATCH', '/calendars/holidays', { dates: [] }, '*')).status).toBe(200);
  });

  it('does not leave a calendar with only nothing', async () => {
    await create({ mode: 'only', weekdays: [], ranges: [] });

    await expectUnchanged('holidays', async () => {
      expectProblem(await send('PATCH', '/calendars/holidays', { dates: [] }), 400, {
        path: 'mode',
      });
    });
  });

  it('loses no change when ten come at the same time', async () => {
    await create();

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send('PATCH', '/calendars/holidays', { description: `${n}` }, '"1"'),
      ),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(9).fill(412),
    ]);
  });
});

describe('DELETE /calendars/:name', () => {
  it('answers the calendar as it was, and forgets it', async () => {
    const calendar = await create();

    const answer = await send('DELETE', '/calendars/holidays');

    expect([answer.status, answer.body]).toEqual([200, calendar]);
    expectProblem(await test.api.get('/calendars/holidays'), 404, { code: 'CALENDAR_NOT_FOUND' });
  });

  it('leaves a calendar that jobs use, and names some of them', async () => {
    await create();
    const ids = await jobsThatUse('holidays', 12);

    await expectUnchanged('holidays', async () => {
      expectProblem(await send('DELETE', '/calendars/holidays'), 409, {
        code: 'CALENDAR_IN_USE',
        message: `is used by 12 jobs: ${ids.slice(0, 10).join(', ')} and 2 more`,
      });
    });
  });

  it('lets go of jobs that were deleted, whose history stays', async () => {
    await create();
    const [id] = await jobsThatUse('holidays', 1);
    expectProblem(await send('DELETE', '/calendars/holidays'), 409, {
      code: 'CALENDAR_IN_USE',
      message: `is used by 1 job: ${id}`,
    });
    await test.api.send('DELETE', `/jobs/${id}`);

    const answer = await send('DELETE', '/calendars/holidays');

    expect([answer.status, answer.body.jobs]).toEqual([200, 0]);
    expect(await test.database.query('SELECT id, calendar FROM jobs')) //
      .toEqual([{ id, calendar: null }]);
  });

  it('heeds If-Match', async () => {
    await create();

    const stale = await send('DELETE', '/calendars/holidays', undefined, '"2"');
    const fresh = await send('DELETE', '/calendars/holidays', undefined, '"1"');

    expectProblem(stale, 412, { code: 'REVISION_MISMATCH' });
    expect(fresh.status).toBe(200);
  });
});
