import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ListJobsDto } from '../../src/jobs/dto/list-jobs.dto.ts';
import { JobListRepository } from '../../src/jobs/job-list.repository.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { insertJobs } from '../support/jobs.ts';

describe('the list of jobs', () => {
  let database: TestDatabase;
  let list: JobListRepository;

  beforeAll(async () => {
    database = await createDatabase();
    list = new JobListRepository(database.pool);
    await insertJobs(database, 50, { schedule: '@daily', nextRun: '2031-01-01T00:00:00Z' });
  });
  afterAll(() => database.drop());

  const query = (fields: Partial<ListJobsDto>): ListJobsDto =>
    Object.assign(new ListJobsDto(), fields);

  async function walk(repository: JobListRepository): Promise<number[]> {
    const ids: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await repository.list(1, query({ sort: '-createdAt', limit: 7, cursor }));
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  }

  it('shows the jobs of one namespace only, and none that was deleted', async () => {
    await database.query(`INSERT INTO namespaces (id, name) VALUES (2, 'other')`);
    await database.query('UPDATE jobs SET namespace_id = 2 WHERE id = 3');
    await database.query('UPDATE jobs SET deleted_at = now() WHERE id = 4');

    const ours = await list.list(1, query({ limit: 1_000 }));
    const theirs = await list.list(2, query({}));

    expect([ours.total, ours.items.length]).toEqual([48, 48]);
    expect(ours.items.map(({ id }) => id)).not.toEqual(expect.arrayContaining([3]));
    expect(theirs.items.map(({ id }) => id)).toEqual([3]);
  });

  it('takes hostile text for text', async () => {
    const hostile = [`'; DROP TABLE jobs; --`, '$1', '?', '?::text', '\\', '%', "')--"];

    for (const text of hostile) {
      expect((await list.list(1, query({ name: text }))).total).toBe(0);
      expect((await list.list(1, query({ type: text }))).total).toBe(0);
      expect((await list.list(1, query({ label: [text, `a=${text}`] }))).total).toBe(0);
    }

    expect((await list.list(1, query({}))).total).toBeGreaterThan(40);
  });

  it.each(['Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin'])(
    'is walked alike in a session whose time zone is %s',
    async (zone) => {
      await database.query(
        `UPDATE jobs SET created_at = timestamptz '2026-03-29 00:59:59.999Z' + id / 3 * interval '1 ms'`,
      );
      const pool = new pg.Pool({
        connectionString: database.url,
        options: `-c TimeZone=${zone}`,
      });

      const ids = await walk(new JobListRepository(pool));

      await pool.end();
      expect(ids).toEqual(await walk(list));
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it('leaves an error that no cursor is to blame for as it is', async () => {
    const broken = query({ name: 'a\0' });

    await expect(list.list(1, broken)).rejects.toThrow('invalid byte sequence');
  });
});
