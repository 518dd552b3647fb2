import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SORTS } from '../../src/jobs/dto/list-jobs.dto.ts';
import { type JobJson, nextOf, openApi, type TestApi } from '../support/api.ts';
import type { TestDatabase } from '../support/database.ts';

let test: TestApi;

beforeAll(async () => {
  test = await openApi();
});
beforeEach(() => test.empty());
afterAll(() => test.close());

async function names(query: string): Promise<string[]> {
  const { body } = await test.api.get<JobJson[]>(`/jobs?${query}`);
  return body.map(({ name }) => name);
}

/** Jobs with ties and gaps in everything that can be sorted by: each value occurs several times. */
async function insertJobs(database: TestDatabase, count: number): Promise<void> {
  await database.query(
    `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, is_active, next_run, last_run,
                       created_at, updated_at)
     SELECT 'job ' || n % 4, '0 3 * * *', '{}', '{}', 1000, n % 3 > 0,
            CASE WHEN n % 3 > 0 THEN timestamptz '2031-01-01' + n % 5 * interval '1 day' END,
            CASE WHEN n % 2 > 0 THEN timestamptz '2026-01-01' - n % 5 * interval '1 ms' END,
            timestamptz '2026-01-01' + n % 3 * interval '1 ms',
            timestamptz '2026-01-02' - n % 4 * interval '1 day'
       FROM generate_series(1, $1) AS n`,
    [count],
  );
}

/** The order that a list must have, by a sort that knows nothing of SQL. */
async function expectedIds(database: TestDatabase, sort: string): Promise<number[]> {
  const field = sort.replace('-', '');
  const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const rows = await database.query<{ id: number; value: Date | string | number | null }>(
    `SELECT id, ${column} AS value FROM jobs`,
  );
  const missing = field === 'nextRun' ? Infinity : -Infinity;
  const rank = (value: Date | string | number | null): number | string =>
    value instanceof Date ? value.getTime() : (value ?? missing);
  const ascending = rows.sort((a, b) => {
    const [left, right] = [rank(a.value), rank(b.value)];
    return left === right ? a.id - b.id : left < right ? -1 : 1;
  });
  const ids = ascending.map(({ id }) => id);
  return sort.startsWith('-') ? ids.reverse() : ids;
}

describe('GET /jobs', () => {
  it('is empty at first', async () => {
    const answer = await test.api.get('/jobs');

    expect([answer.status, answer.body]).toEqual([200, []]);
    expect(answer.headers.get('x-total-count')).toBe('0');
    expect(answer.headers.get('link')).toBeNull();
  });

  it('shows jobs like GET /jobs/:id does, but for the upcoming instants', async () => {
    const { upcoming, ...job } = await test.api.createJob({ labels: { a: '1' } });

    expect((await test.api.get('/jobs')).body).toEqual([job]);
    expect(upcoming).toHaveLength(5);
  });

  it('gives 100 jobs at a time, or as many as asked for', async () => {
    await insertJobs(test.database, 120);

    const first = await test.api.get<JobJson[]>('/jobs');
    const all = await test.api.get<JobJson[]>('/jobs?limit=1000');

    expect(first.body).toHaveLength(100);
    expect(first.headers.get('x-total-count')).toBe('120');
    expect(all.body).toHaveLength(120);
    expect(all.headers.get('link')).toBeNull();
  });

  it('has no further page after one that is exactly full', async () => {
    await insertJobs(test.database, 6);

    const pages = await test.api.pages<JobJson>('/jobs?limit=3');

    expect(pages.map(({ body }) => body.length)).toEqual([3, 3]);
  });

  it.each(SORTS)('walks all pages by %s, with ties and gaps, and misses none', async (sort) => {
    await insertJobs(test.database, 31);

    const pages = await test.api.pages<JobJson>(`/jobs?sort=${sort}&limit=4`);

    const ids = pages.flatMap(({ body }) => body.map(({ id }) => id));
    expect(ids).toEqual(await expectedIds(test.database, sort));
    expect(pages.every(({ headers }) => headers.get('x-total-count') === '31')).toBe(true);
  });

  it.each(SORTS)('repeats and misses none by %s while others come and go', async (sort) => {
    await insertJobs(test.database, 20);
    const before = await expectedIds(test.database, sort);

    const seen: number[] = [];
    let next: string | undefined = `/jobs?sort=${sort}&limit=3`;
    while (next !== undefined) {
      const page = await test.api.get<JobJson[]>(next);
      seen.push(...page.body.map(({ id }) => id));
      next = nextOf(page);
      await insertJobs(test.database, 5);
      // The last one seen is where the next page begins: it must not be needed for that.
      await test.database.query('UPDATE jobs SET deleted_at = now() WHERE id = $1', [seen.at(-1)]);
      if (seen.length > 200) break;
    }

    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => id <= 20)).toEqual(before);
  });

  it('keeps the other parameters in the link', async () => {
    await insertJobs(test.database, 12);

    const page = await test.api.get('/jobs?name=job%200&limit=1&isActive=true&sort=-name');

    const query = new URL(nextOf(page) ?? '', test.service.url).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      name: 'job 0',
      limit: '1',
      isActive: 'true',
      sort: '-name',
      cursor: expect.any(String),
    });
  });

  it('keeps several labels in the link', async () => {
    for (const name of ['a', 'b']) await test.api.createJob({ name, labels: { x: '1', y: '2' } });

    const pages = await test.api.pages<JobJson>('/jobs?label=x%3D1&label=y&limit=1');

    expect(pages.map(({ body }) => body[0]?.name)).toEqual(['a', 'b']);
  });
});

describe('the filters of GET /jobs', () => {
  it.each([
    ['100', ['100% sure', '100 times']],
    ['100%25', ['100% sure']],
    ['%25', ['100% sure']],
    ['_', ['snake_case']],
    ['SNAKE', ['snake_case', 'snakes']],
    ['ÜBER', ['Über den Wolken']],
    ['%5C', ['back\\slash']],
    ['%27', ["it's"]],
    ['%F0%9F%98%80', ['😀 face']],
    ['nothing', []],
  ])('name=%s means text, in any case', async (name, expected) => {
    const all = [
      '100% sure',
      '100 times',
      'snake_case',
      'snakes',
      'Über den Wolken',
      'back\\slash',
      "it's",
      '😀 face',
    ];
    for (const each of all) await test.api.createJob({ name: each });

    expect(await names(`name=${name}`)).toEqual(expected);
  });

  it('tell types and states apart', async () => {
    await test.api.createJob({ name: 'log' });
    await test.api.createJob({ name: 'paused', isActive: false });
    const payload = { url: 'https://example.org' };
    await test.api.createJob({ name: 'http', type: 'http', payload });

    expect(await names('type=http')).toEqual(['http']);
    expect(await names('type=lo')).toEqual([]);
    expect(await names('isActive=true')).toEqual(['log', 'http']);
    expect(await names('isActive=false')).toEqual(['paused']);
    expect(await names('type=log&isActive=true')).toEqual(['log']);
  });

  it.each([
    ['label=team', ['a', 'b']],
    ['label=team%3Dbilling', ['a']],
    ['label=team=billing', ['a']],
    ['label=team%3D', []],
    ['label=empty%3D', ['c']],
    ['label=empty', ['c']],
    ['label=Team', []],
    ['label=team%3Dbil', []],
    ['label=team&label=tier%3Dfront', ['a']],
    ['label=team%3Dbilling&label=team%3Dsales', []],
    ['label=app%2Fx%3D1', ['c']],
    ["label=team'--", []],
  ])('%s finds %j', async (query, expected) => {
    await test.api.createJob({ name: 'a', labels: { team: 'billing', tier: 'front' } });
    await test.api.createJob({ name: 'b', labels: { team: 'sales', tier: 'back' } });
    await test.api.createJob({ name: 'c', labels: { empty: '', 'app/x': '1' } });

    expect(await names(query)).toEqual(expected);
  });

  it('count what they let through', async () => {
    await insertJobs(test.database, 12);

    const { headers, body } = await test.api.get<JobJson[]>('/jobs?name=job%201&limit=1');

    expect([headers.get('x-total-count'), body.length]).toEqual(['3', 1]);
  });
});
