import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isUnavailable } from '../../src/common/unavailable.ts';
import { migrate } from '../../src/database/migrations.ts';
import { DatabaseRefusedError } from '../../src/database/refusal.ts';
import { createEmptyDatabase, type EmptyDatabase } from '../support/empty-database.ts';
import { eventually } from '../support/eventually.ts';
import { HAS_OLD_POSTGRES, OldPostgres } from '../support/old-postgres.ts';

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const NAMES = ['20261124000000_init', '20261124120000_policies', '20261124180000_zone_data'];

describe('migrations', () => {
  let database: EmptyDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    directory = await mkdtemp(join(tmpdir(), 'job-scheduler-migrations-'));
    await writeFile(join(directory, 'migration_lock.toml'), 'provider = "postgresql"\n');
  });
  afterEach(async () => {
    await database.drop();
    await rm(directory, { recursive: true });
  });

  it('bring an empty database up to date, and leave one that is as it is', async () => {
    expect(await migrate(database.url, MIGRATIONS)).toEqual(NAMES);
    expect(await migrate(database.url, MIGRATIONS)).toEqual([]);

    expect(await database.query('SELECT name FROM namespaces')).toEqual([{ name: 'default' }]);
  });

  it('are applied once when five instances start together', async () => {
    const applied = await Promise.all(
      Array.from({ length: 5 }, () => migrate(database.url, MIGRATIONS)),
    );

    expect(applied.flat()).toEqual(NAMES);
    expect(await history()).toEqual(NAMES.map((name) => [name, 'applied']));
  });

  it('keep the jobs that there are, and begin their revisions with what they are', async () => {
    await cp(join(MIGRATIONS, NAMES[0] ?? ''), join(directory, NAMES[0] ?? ''), {
      recursive: true,
    });
    await migrate(database.url, directory);
    await database.query(
      `INSERT INTO jobs (name, schedule, dst, retry, timeout_ms, start_at, updated_at, deleted_at)
       SELECT 'job ' || number, '@daily', '{}', '{}', 1, '2026-01-02T03:04:05.678Z',
              '2026-02-01T00:00:00Z', CASE number WHEN 3 THEN timestamptz '2026-03-01T00:00:00Z' END
         FROM generate_series(1, 3) AS number`,
    );

    expect(await migrate(database.url, MIGRATIONS)).toEqual(NAMES.slice(1));

    const revisions = await database.query<{ definition: object }>(
      `SELECT job_id, revision, action, at, definition FROM job_revisions ORDER BY job_id`,
    );
    expect(revisions).toMatchObject([
      { job_id: 1, revision: 1, action: 'updated', at: new Date('2026-02-01T00:00:00Z') },
      { job_id: 2, revision: 1, action: 'updated' },
      { job_id: 3, revision: 1, action: 'deleted', at: new Date('2026-03-01T00:00:00Z') },
    ]);
    expect(revisions[0]?.definition).toMatchObject({
      name: 'job 1',
      startAt: '2026-01-02T03:04:05.678Z',
      endAt: null,
      overlap: 'skip',
      isActive: true,
    });
    const seeds = await database.query<{ seed: number }>('SELECT DISTINCT seed FROM jobs');
    expect(seeds).toHaveLength(3);
  });

  it('are applied in the order of their names', async () => {
    await write('2_second', 'ALTER TABLE a ADD COLUMN text text;');
    await write('1_first', 'CREATE TABLE a (id integer);');

    expect(await migrate(database.url, directory)).toEqual(['1_first', '2_second']);
  });

  it('may hold semicolons in comments, texts and functions', async () => {
    await write(
      '1_semicolons',
      `-- One; two.
       CREATE TABLE a (text text DEFAULT 'x;y');
       CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
       INSERT INTO a DEFAULT VALUES;`,
    );

    await migrate(database.url, directory);

    expect(await database.query('SELECT text, f() FROM a')).toEqual([{ text: 'x;y', f: 1 }]);
  });

  it('leave nothing of one that fails behind, and say what the database has against it', async () => {
    await write('1_good', 'CREATE TABLE good (id integer);');
    await write('2_bad', 'CREATE TABLE half (id integer);\nCREATE TABLE bad (id nonsense);');

    const refusal = migrate(database.url, directory);

    await expect(refusal).rejects.toThrow(DatabaseRefusedError);
    await expect(refusal).rejects.toThrow('type "nonsense" does not exist');
    expect(await tables()).toEqual(['good']);
  });

  it('go on once the one that failed has been mended', async () => {
    await write('1_bad', 'CREATE TABLE half (id integer);\nCREATE TABLE bad (id nonsense);');
    await write('2_next', 'CREATE TABLE next (id integer);');
    await expect(migrate(database.url, directory)).rejects.toThrow('nonsense');
    await expect(migrate(database.url, directory)).rejects.toThrow('nonsense');

    await write('1_bad', 'CREATE TABLE half (id integer);');

    expect(await migrate(database.url, directory)).toEqual(['1_bad', '2_next']);
    expect(await tables()).toEqual(['half', 'next']);
  });

  it('go on after an instance was killed in the middle of one', async () => {
    await write('1_slow', 'CREATE TABLE slow (id integer);\nSELECT pg_sleep(60);');
    const source = fileURLToPath(new URL('../../src/database/migrations.ts', import.meta.url));
    const compiled = source.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
    const script = `const { migrate } = await import(${JSON.stringify(compiled)});
      await migrate(${JSON.stringify(database.url)}, ${JSON.stringify(directory)});`;
    const instance = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: 'ignore',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const exited = once(instance, 'exit');
    const backend = await eventually(async () => {
      const [row] = await database.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'PgSleep'`,
      );
      return row?.pid;
    });
    instance.kill('SIGKILL');
    await exited;
    // The server notices a lost client only when it has something to say.
    await database.query('SELECT pg_terminate_backend($1)', [backend]);

    await write('1_slow', 'CREATE TABLE slow (id integer);');

    expect(await migrate(database.url, directory)).toEqual(['1_slow']);
  });

  it('say that the database cannot be reached, which waiting may change', async () => {
    const nowhere = new URL(database.url);
    nowhere.port = '1';

    const failure: unknown = await migrate(nowhere.href, MIGRATIONS).catch(
      (error: unknown) => error,
    );

    expect(String(failure)).toMatch(/cannot be reached: .+/);
    expect(failure).not.toBeInstanceOf(DatabaseRefusedError);
    expect(isUnavailable(failure)).toBe(true);
  });

  (HAS_OLD_POSTGRES ? it : it.skip)(
    'refuse a server older than 16 in one sentence (needs PostgreSQL 15 in /usr/lib/postgresql)',
    async () => {
      const old = await OldPostgres.start();
      try {
        const refusal = await eventually(async () => {
          const error: unknown = await migrate(old.url, MIGRATIONS).catch(
            (thrown: unknown) => thrown,
          );
          return String(error).includes('cannot be reached') ? undefined : error;
        });

        expect(refusal).toBeInstanceOf(DatabaseRefusedError);
        expect((refusal as Error).message).toMatch(
          /^This service needs PostgreSQL 16 or later; the server at DATABASE_URL is version 15\..+\.$/,
        );
      } finally {
        await old.stop();
      }
    },
  );

  async function write(name: string, sql: string): Promise<void> {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'migration.sql'), sql);
  }

  async function tables(): Promise<string[]> {
    const rows = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name <> '_prisma_migrations' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  async function history(): Promise<[string, string][]> {
    const rows = await database.query<{ name: string; state: string }>(
      `SELECT migration_name AS name,
              CASE WHEN finished_at IS NOT NULL THEN 'applied' ELSE 'open' END AS state
         FROM _prisma_migrations`,
    );
    return rows.map(({ name, state }) => [name, state]);
  }
});
